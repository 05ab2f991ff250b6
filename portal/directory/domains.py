"""Official domains: who reads mail at one of them works for the organisation. Compared whole, label by label.

A wrong match gives a stranger the rights of a municipality, so there is no matching of parts of text here: both sides
are brought to the form that mail servers use (IDNA 2008, lower case), and a domain covers itself and what lies below.
"""

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PROVIDERS = frozenset(
    [
        *("aol.com", "arcor.de", "freenet.de", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com"),
        *("hotmail.de", "icloud.com", "kabelmail.de", "live.de", "mail.de", "mailbox.org", "me.com", "online.de"),
        *("outlook.com", "outlook.de", "posteo.de", "protonmail.com", "proton.me", "t-online.de", "unitybox.de"),
        *(
            "vodafone.de",
            "vodafonemail.de",
            "web.de",
            "yahoo.com",
            "yahoo.de",
            "ewetel.net",
            "osnanet.de",
            "htp-tel.de",
        ),
    ]
)
"""Where anybody can get an address. Many small municipalities use one, but it says nothing about who somebody is."""

SHARED = frozenset(
    ["co.uk", "de", "com", "org", "net", "eu", "bayern", "berlin", "hamburg", "koeln", "nrw", "saarland"]
)
"""Endings under which anybody can register a name."""


def normalised(domain: str) -> str:
    """Return a domain as mail servers compare it: ``Köln.DE`` becomes ``xn--kln-sna.de``; empty when it is none."""
    text = domain.strip().removesuffix(".")
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return ""


def official(domain: str) -> str:
    """Return a domain in the form in which an organisation has it.

    Raises:
        ValidationError: it is no domain, or one under which anybody can have an address.
    """
    name = normalised(domain)
    if not name or "." not in name or name.rpartition(".")[2].isdigit():
        raise ValidationError(_("“%(domain)s” is no domain. It looks like musterstadt.de.") % {"domain": domain})
    if name in SHARED or name in PROVIDERS:
        raise ValidationError(
            _("Anybody can have an address at %(domain)s, so it does not show who works for an organisation.")
            % {"domain": name}
        )
    return name


def belongs(address: str, domain: str) -> bool:
    """Tell whether an e-mail address lies in an official domain or below it."""
    if not domain or "@" not in address:
        return False
    own = normalised(address.rpartition("@")[2])
    return bool(own) and (own == domain or own.endswith(f".{domain}"))
