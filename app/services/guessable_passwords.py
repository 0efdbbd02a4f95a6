"""What is tried first to guess a password: whole phrases, and words that are only dressed with digits and signs.

Lists of leaked passwords of twelve characters and more are mostly such words, repeated or followed by a year: one
stem stands for thousands of lines of them. Rows of the keyboard and repeated letters are found by rule, in
app.services.passwords.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
password passwords passw passwd passphrase passwort contrasena contraseña motdepasse monmotdepasse lemotdepasse mdp
secret secrets letmein letmeinnow openup openupplease iloveyou iloveyouso iloveyousomuch iloveyouforever trustno
trustnoone whatever nothing changeme changemenow changeit pleasechange pleasechangeme temporaire provisoire default
defaut changezmoi achanger azerty azertyuiop azertyuiopqsdfghjklm qwerty qwertyuiop qwertyuiopasdf qwertyqwerty
azertyazerty qsdfghjklm asdfghjkl wxcvbn zxcvbnm qazwsx qazwsxedc qazwsxedcrfv qwerqwer asdfasdf abcd abcdef abcdefgh
abcabc aqwzsx aqwzsxedc azer qsdf bonjour bonjourbonjour bonsoir salut coucou bienvenue welcome hello helloworld
hellohello soleil doudou chouchou loulou nounours chocolat chocolate princesse princess sunshine football rugby
footballfootball baseball basketball superman batman starwars pokemon pokemonpokemon naruto dragon dragonball monkey
master shadow michael jordan jennifer jessica charlie thomas nicolas julien camille isabelle alexandre caroline
sandrine veronique stephane christophe marseille olympique olympiquemarseille psg parissaintgermain paris lyon
bordeaux toulouse france vivelafrance francefrance bretagne montagne vacances famille mafamille jetaime jetaimejetaime
jtaime monamour amour amouramour mamour jetadore tequiero teamo loveyou lovelove mylove toujours liberte papillon
papamaman mamanpapa maman papa mesenfants ordinateur internet computer samsung iphone google facebook microsoft
windows android linkedin orange free admin administrator administrateur administrators root rootroot superuser
utilisateur user guest invite test testtest testing demo compte moncompte connexion login loginlogin system systeme
server serveur manager direction directeur directrice gerant gerante employeur employeuse patron patronne entreprise
monentreprise societe masociete boulangerie mairie bureau jalon jalonjalon monjalon duerp monduerp documentunique
evaluationdesrisques risquesprofessionnels risques prevention preventeur santeautravail medecinedutravail spsti
monspsti service servicedeprevention securite sst travail cpom
"""
STEMS: Final = frozenset(_WORDS.split())
"""Letters of passwords that are refused whatever digits and signs surround them."""

COMMON: Final = frozenset(
    {
        "1q2w3e4r5t6y",
        "1q2w3e4r5t6y7u",
        "1qaz2wsx3edc",
        "1qaz2wsx3edc4rfv",
        "q1w2e3r4t5y6",
        "a1z2e3r4t5y6",
        "a1b2c3d4e5f6",
        "123qweasdzxc",
        "123456789abc",
        "123456azerty",
        "123456qwerty",
        "azerty123456",
        "correcthorsebatterystaple",
        "correct horse battery staple",
        "thequickbrownfox",
        "il etait une fois",
        "iletaitunefois",
        "liberteegalitefraternite",
        "liberté égalité fraternité",
        "metro boulot dodo",
        "metroboulotdodo",
        "quatremotsauhasard",
        "quatre mots au hasard",
    }
)
"""Whole passwords that no rule would find."""
