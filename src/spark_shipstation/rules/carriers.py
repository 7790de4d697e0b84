"""Carriers: a code of our own beside the name as it came, and tracking links for those that have a public page."""

import re
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Carrier:
    """`link` holds {} where the tracking number goes, or is empty."""

    code: str
    names: tuple[str, ...]
    link: str = ""


CARRIERS = (
    Carrier("usps", ("usps", "stampscom", "stamps", "endicia"), "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
    Carrier("ups_mi", ("upsmi", "upsmailinnovations"), "https://www.ups.com/track?tracknum={}"),
    Carrier("ups", ("ups",), "https://www.ups.com/track?tracknum={}"),
    Carrier("fedex", ("fedex", "federalexpress"), "https://www.fedex.com/fedextrack/?trknbr={}"),
    Carrier("dhl_ecommerce", ("dhlglobalmail", "dhlecommerce"), "https://webtrack.dhlecs.com/?trackingnumber={}"),
    Carrier("dhl", ("dhl", "dhlexpress"), "https://www.dhl.com/en/express/tracking.html?AWB={}"),
    Carrier("ontrac", ("ontrac",), "https://www.ontrac.com/tracking/?number={}"),
    Carrier("canada_post", ("canadapost",), "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor={}"),
    Carrier("royal_mail", ("royalmail",), "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    Carrier("australia_post", ("australiapost", "auspost"), "https://auspost.com.au/mypost/track/details/{}"),
    Carrier("asendia", ("asendia",), "https://tracking.asendia.com/tracking/{}"),
    Carrier("newgistics", ("newgistics",)),
    Carrier("lone_star", ("lonestar", "lso", "lonestarovernight"), "https://www.lso.com/tracking?airbill_no={}"),
    Carrier("apc", ("apc",)),
    Carrier("first_mile", ("firstmile",)),
    Carrier("globegistics", ("globegistics",)),
    Carrier("other", ("other",)),
)  # fmt: skip

_BY_NAME = {name: carrier for carrier in CARRIERS for name in carrier.names}


def carrier_code(name: str) -> str:
    """Our code; for a carrier we don't know, its own name as a code (`Best Post` → `best_post`), never a guess."""
    carrier = _BY_NAME.get(re.sub(r"[\W_]+", "", name.casefold()))
    return carrier.code if carrier else re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def tracking_url(code: str, tracking_number: str) -> str | None:
    """Where a buyer can follow the package, for carriers with a public page."""
    link = next((carrier.link for carrier in CARRIERS if carrier.code == code), "")
    return link.format(quote(tracking_number, safe="")) if link and tracking_number else None
