"""Invented people. Whoever bears one of these names bears it by chance; all addresses end in .example."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Named:
    """`forum` and `not_before` say where in the order of registrations somebody of SPECIAL belongs."""

    given_name: str
    family_name: str
    title: str | None = None
    institution: str | None = None
    institution_kind: str = "kommune"
    region: str = "001"
    email: str | None = None
    category: str = "attendee"
    forum: str | None = None
    not_before: int = 0
    all_day: bool = False
    speaker: str | None = None
    support: str | None = None
    no_list: bool = False
    no_photo: bool = False


_CITY, _SCHOOL, _WORKS = "Stadt Lindenbrück", "Hochschule Lindenbrück", "Nachbarschaftswerk e. V."
_MAIL = "lindenbrueck.example"
_OFFICE = f"vorzimmer@{_MAIL}"

SPECIAL = (
    Named("Anna", "Schmidt", None, _CITY, email=f"anna.schmidt@{_MAIL}", forum="forum-1", not_before=12),
    Named(
        "Anna", "Schmidt", None, _SCHOOL, "hochschule", email=f"a.schmidt@hochschule-{_MAIL}", forum="forum-2",
        not_before=40,
    ),
    Named("Łukasz", "Żółkiewski", None, "Miasto Przykładowo", email="l.zolkiewski@przykladowo.example", not_before=20),
    Named("Thị Hạnh", "Nguyễn", "Dr.", _SCHOOL, "hochschule", email=f"nguyen@hochschule-{_MAIL}", not_before=25),
    Named("Şahin", "Öztürk", None, _WORKS, "zivilgesellschaft",
          email="oeztuerk@nachbarschaftswerk.example", not_before=8),
    Named("Ursula", "von der Wiese", None, "Kreis Beispielland",
          email="u.vonderwiese@beispielland.example", not_before=50),
    Named(
        "Maximiliane", "Freifrau zu Hohenbeispiel-Mustermannshausen", "Prof. Dr.-Ing.",
        "Institut für angewandte Stadt- und Quartiersforschung an der Technischen Hochschule Musterhafen", "hochschule",
        email="hohenbeispiel@th-musterhafen.example", not_before=33,
    ),
    Named("", "Wulandari", None, None, "privat", email="wulandari@post.example", not_before=60),
    Named("Gisela", "Amtsfelder", None, _CITY, email=_OFFICE, not_before=64),
    Named("Rüdiger", "Großwiesen", None, _CITY, email=_OFFICE, not_before=65),
    Named("Mareike", "Kanzleiter", None, _CITY, email=_OFFICE, not_before=66),
    Named("Ottilie", "Fernruf", None, None, "privat", email=None, not_before=70, forum="forum-2"),
    Named("Konrad", "Stillenbach", None, None, "privat",
          email="k.stillenbach@post.example", no_list=True, not_before=44),
    Named("Philine", "Schattenrain", None, _WORKS, "zivilgesellschaft", email="schattenrain@nachbarschaftswerk.example",
          no_photo=True, not_before=47),
    Named("Joost", "Begleitner", None, "Stadt Musterhafen", email="begleitner@musterhafen.example",
          support="assistenz", not_before=15),
    Named("Selma", "Radwege", None, "Kreis Beispielland", email="radwege@beispielland.example",
          support="rollstuhlplatz", not_before=29),
    Named("Irmela", "Gebärdenau", None, "Gehörlosenverein Lindenbrück (erfunden)", "zivilgesellschaft",
          email="gebaerdenau@gehoerlosenverein.example", support="gebaerdensprache", not_before=55),
)  # fmt: skip
"""One of each kind that lists, badges and searches meet."""

CONTRIBUTORS = (
    Named("Mechthild", "Uferkamp", "Dr.", _CITY, email=f"uferkamp@{_MAIL}", category="contributor", speaker="uferkamp"),
    Named("Aurel", "Brückner-Sand", "Prof. Dr.", _SCHOOL, "hochschule", email=f"brueckner-sand@hochschule-{_MAIL}",
          category="contributor", speaker="brueckner-sand"),
    Named("Yaren", "Tannengrund", None, _WORKS, "zivilgesellschaft", email="tannengrund@nachbarschaftswerk.example",
          category="contributor", forum="forum-2", all_day=True, speaker="tannengrund"),
    Named("Henrike", "Speicherloh", None, _CITY, email=f"speicherloh@{_MAIL}", category="contributor",
          forum="forum-1", speaker="speicherloh"),
    Named("Tilo", "Moosbacher", None, "Stadt Musterhafen", email="moosbacher@musterhafen.example",
          category="contributor", forum="forum-3", speaker="moosbacher"),
    Named("Saskia", "van der Lindenhoek", None, "Gemeente Voorbeeldstad", email="lindenhoek@voorbeeldstad.example",
          category="contributor", forum="forum-5", speaker="van-der-linden"),
    Named("Ilias", "Kranichfeld", "Dr.", "Institut für Beispielforschung", "hochschule",
          email="kranichfeld@beispielforschung.example",
          category="contributor", forum="forum-4", speaker="kranichfeld"),
    Named("Noor", "Wiesengrund", None, _WORKS, "zivilgesellschaft", email="wiesengrund@nachbarschaftswerk.example",
          category="contributor", speaker="wiesengrund"),
)  # fmt: skip
HOUSE = (
    Named("Lotte", "Apfelbach", None, _CITY, email=f"apfelbach@{_MAIL}", category="team", all_day=True),
    Named("Milan", "Kornweger", None, _CITY, email=f"kornweger@{_MAIL}", category="team", all_day=True),
    Named("Birte", "Wellenschlag", None, "Lindenbrücker Morgenblatt (erfunden)", "presse",
          email="wellenschlag@morgenblatt.example", category="press"),
)  # fmt: skip

_GIVEN_NAMES = """
    Ada Alma Anton Arne Bela Cem Carla Dilan Edda Emil Enno Fatma Fiete Frauke Greta Hanno Hedda Ilka Jannis Jule Kaja
    Kerem Lale Leander Linus Malte Marit Mina Nele Nuri Olga Oskar Paula Pia Quirin Ronja Rosa Samir Signe Tamme Thea
    Tjark Uta Vera Wanja Yusuf Zoe
"""
_FAMILY_NAMES = """
    Ahrenbeck Birkenstein Blumenkamp Buchwalden Dachsmeier Distelhof Dornfelder Eschengrund Eulenhaupt Falkenried
    Federau Fichtelbach Finkenrath Ginsterweg Grünspechter Haselbrink Heidelerch Holundermann Immengarten
    Kastanienhof Kieselack Kleebusch Königskerzer Laubenthal Lerchenfels Löwenzahner Mühlgräber Nachtigaller
    Nelkenbrecher Obstgartner Pappelreuter Pfefferminzer Quellenhorst Rapsfelder Regenpfeiffer Rosengärtner
    Rotkehlcher Salbeier Schilfrohrer Schlehdorner Sonnentauer Spatzenhof Störchle Süßkirscher Thymianer Ulmengrund
    Veilchenthal Wacholderer Waldmeisterin Weidenkätzer Wermuther Zaunkönigs Zwetschger
"""
_GIVEN, _FAMILY = _GIVEN_NAMES.split(), _FAMILY_NAMES.split()
_INSTITUTIONS = (
    (_CITY, "kommune", _MAIL),
    ("Stadt Musterhafen", "kommune", "musterhafen.example"),
    ("Kreis Beispielland", "kommune", "beispielland.example"),
    (_SCHOOL, "hochschule", f"hochschule-{_MAIL}"),
    (_WORKS, "zivilgesellschaft", "nachbarschaftswerk.example"),
    ("Landesamt für Beispiele (erfunden)", "land-bund", "landesamt.example"),
    ("Planungsbüro Winkelmaß (erfunden)", "unternehmen", "winkelmass.example"),
    (None, "privat", "post.example"),
)


_SPELLED = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss"}


def invented() -> Iterator[Named]:
    """47 × 53 names, no two alike, institutions in turn."""
    for number in range(len(_GIVEN) * len(_FAMILY)):
        given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number * 5 % len(_FAMILY)]
        institution, kind, domain = _INSTITUTIONS[number * 3 % len(_INSTITUTIONS)]
        yield Named(
            given_name=given,
            family_name=family,
            institution=institution,
            institution_kind=kind,
            region=f"00{number % 4 + 1}",
            email=f"{_plain(given)}.{_plain(family)}@{domain}",
        )


def _plain(name: str) -> str:
    """As addresses write it: ä = ae, without other marks."""
    spelled = name.lower().translate(_SPELLED)
    return unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
