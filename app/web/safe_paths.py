"""Where a page sends back to: always a path of this site, whatever the address asked for says."""

from __future__ import annotations

from urllib.parse import urlsplit

LONGEST = 2000
"""Characters of a path that is followed."""


def path_here(address: str, *, otherwise: str = "/") -> str:
    """The address when it is a path of this site: nobody is sent elsewhere by a link of ours."""
    unsafe = not address.startswith("/") or address.startswith("//") or "\\" in address or not address.isprintable()
    if unsafe or len(address) > LONGEST:
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:  # an address that looks like a host with brackets
        return otherwise
    return otherwise if parts.scheme or parts.netloc else address
