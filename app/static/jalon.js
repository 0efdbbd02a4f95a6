// Autosave and single submit; pages do without.
(() => {
const all = (query, root = document) => [...root.querySelectorAll(query)]
const on = (node, names, act) => names.split(' ').map(name => node.addEventListener(name, act))
const make = (tag, values) => Object.assign(document.createElement(tag), values)
const link = (textContent, onclick) => make('button', { type: 'button', className: 'jl-linkbtn', textContent, onclick })
const able = (form, yes) => all('[type=submit]', form).map(button => { button.disabled = !yes })
const memory = (act, ...args) => { try { return sessionStorage[act + 'Item'](...args) } catch {} }

on(document, 'change', ({ target }) => {
 if (target.type === 'checkbox' && target.checked) for (const box of target.form?.elements || []) {
  if (box.name === target.name && box !== target && 'exclusive' in { ...target.dataset, ...box.dataset }) box.checked = false
 }
})

on(document, 'submit', event => {
 const form = event.target
 if (event.defaultPrevented || !('once' in form.dataset)) return
 if (form.dataset.sent) return event.preventDefault()
 form.dataset.sent = 1
 setTimeout(able, 0, form) // disabled, it is not sent
})

const forms = all('form[data-autosave]').map(keep)
on(self, 'beforeunload', event => forms.some(warns => warns()) && event.preventDefault())
on(self, 'pageshow', ({ persisted }) => {
 for (const form of all('form[data-sent]')) able(form, delete form.dataset.sent)
 if (persisted && forms[0] && !forms.some(warns => warns())) location.reload()
})

function keep (form) {
 const url = form.dataset.autosave, place = 'jalon ' + url
 const box = all('.jl-saved')[0], say = box.dataset, words = box.lastElementChild
 const text = hidden => `${new URLSearchParams([...new FormData(form)].filter(([name]) =>
  !/^(csrf_token|cle)$/.test(name) && hidden === (form.elements[name].type === 'hidden')))}`

 let saved = text(false), flying, leaving, by, timer
 const unsaved = () => text(false) !== saved
 const store = sent => memory('set', place, JSON.stringify({ shown: text(false), marks: text(true), sent }))
 const forget = () => memory('remove', place)
 const later = delay => { clearTimeout(timer); timer = setTimeout(send, delay) }
 const changed = () => { leaving &&= flying; store(); later(800) }

 function tell (message, kind = '', act = new Text()) {
  if (words.textContent !== message + act.textContent) words.replaceChildren(message, act)
  box.className = 'jl-saved jl-saved--' + kind
 }

 async function send () {
  clearTimeout(timer)
  if (leaving || flying || !unsaved()) return
  flying = true
  const shown = text(false), body = new URLSearchParams(new FormData(form))
  try {
   const answer = await fetch(url, {
    method: 'POST', body, signal: AbortSignal.timeout?.(15000), headers: { 'X-Jalon-Autosave': 1 }
   })
   read(answer, await answer.json().catch(() => ({})), shown)
  } catch {
   tell(say.sayLost, 'wait')
   later(1e4)
  }
  flying = false
  if (leaving) form.requestSubmit(by)
 }

 function read ({ ok, status }, { saved: time, marks, conflicts = [], faults, sign_in: href, csrf_token: token }, shown) {
  if (token) for (const input of all('[name=csrf_token]')) input.value = token
  if (!time) {
   const again = ok || token || href || status > 428
   if (again) later(1e4)
   return tell(href ? say.saySession : again ? say.sayLost : say.sayRefused, 'wait',
    href && make('a', { href, target: '_blank', textContent: say.saySignIn }))
  }
  for (const name in marks) {
   const input = form.elements[name + '__base'] || form.elements[name]
   if (input) input.value = marks[name]
  }
  if (conflicts[0]) return tell(say.sayConflict, 'wait', link(say.saySee, () => form.requestSubmit()))
  const partly = Object.keys(faults || {})[0]
  tell((partly ? say.sayPartly : say.saySaved).replace('§', time), partly && 'wait')
  if (!partly) saved = shown
  if (text(false) !== shown) later(800)
  else if (!partly) forget()
 }

 on(form, 'input change', changed)
 on(form, 'submit', event => {
  leaving = true
  by = event.submitter
  if (flying) return event.preventDefault()
  clearTimeout(timer)
  if (unsaved()) store(1)
 })
 on(self, 'pageshow', () => { leaving = false })
 on(self, 'online focus', send)
 on(document, 'visibilitychange', send)

 const kept = JSON.parse(memory('get', place) || 0)
 if (!kept || kept.shown === text(false) || (kept.sent && kept.marks !== text(true))) forget()
 else {
  const note = make('div', { className: 'jl-notice' })
  const done = act => () => { act(); note.remove() }
  note.append(say.sayFound, link(say.sayTake, done(fill)), link(say.sayDrop, done(forget)))
  form.prepend(note)
 }
 function fill () {
  const values = new URLSearchParams(kept.shown + '&' + kept.marks)
  for (const input of form.elements) {
   const given = values.getAll(input.name)
   if (/radio|checkbox/.test(input.type)) input.checked = given.includes(input.value)
   else if (given[0] != null) input.value = given[0]
  }
  changed()
 }

 return () => unsaved() && !leaving
}
})()
