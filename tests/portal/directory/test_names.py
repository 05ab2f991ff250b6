"""Official names taken apart and folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.directory.imports import recognise
from portal.directory.imports.gv100ad import Register
from portal.directory.imports.source import read_source
from portal.directory.names import (
    SplitName,
    association_name,
    complete_name,
    fold,
    fold_bare,
    folded_names,
    spellings,
    split_name,
)
from tests.factories.register_files import real_file


@pytest.mark.parametrize(
    "official, key, expected",
    [
        ("Gröde", "01054039", SplitName("Gröde")),
        ("Ludwigsburg, Stadt", "08118048", SplitName("Ludwigsburg", "", "Stadt")),
        ("Marktl, M", "09171123", SplitName("Marktl", "", "Markt")),
        ("Altötting, St", "09171111", SplitName("Altötting", "", "Stadt")),
        ("Bad Reichenhall, GKSt", "09172114", SplitName("Bad Reichenhall", "", "Große Kreisstadt")),
        ("Hamburg, Freie und Hansestadt", "02000000", SplitName("Hamburg", "", "Freie und Hansestadt")),
        ("Kiel, Landeshauptstadt", "01002000", SplitName("Kiel", "", "Landeshauptstadt")),
        ("Korbach, Hansestadt, Kreisstadt", "06635015", SplitName("Korbach", "", "Hansestadt, Kreisstadt")),
        ("Ueckermünde, Seebad , Stadt", "13075136", SplitName("Ueckermünde", "", "Seebad, Stadt")),
        ("Meschede, Kreis- und  Hochschulstadt", "", SplitName("Meschede", "", "Kreis- und Hochschulstadt")),
        ("Ebstorf,Klosterflecken", "03360006", SplitName("Ebstorf", "", "Klosterflecken")),
        ("Giebel, gemfr. Gebiet", "", SplitName("Giebel", "", "gemeindefreies Gebiet")),
        (
            "Sachsenwald (Forstgutsbez.),gemfr.Geb.",
            "01053105",
            SplitName("Sachsenwald (Forstgutsbez.)", "", "gemeindefreies Gebiet"),
        ),
        ("Lauenburg/ Elbe, Stadt", "01053083", SplitName("Lauenburg/Elbe", "", "Stadt")),
        ("Falkenberg/Elster, Stadt", "12062128", SplitName("Falkenberg/Elster", "", "Stadt")),
        ("Dietzenrode/Vatterode", "16061024", SplitName("Dietzenrode/Vatterode")),
        ("Cottbus/Chóśebuz, Stadt", "12052000", SplitName("Cottbus", "Chóśebuz", "Stadt")),
        ("Peitz/Picnjo, Stadt", "12071304", SplitName("Peitz", "Picnjo", "Stadt")),
        ("Lübbenau/Spreewald", "12066196", SplitName("Lübbenau/Spreewald")),
        (
            "Lübbenau/Spreewald / Lubnjow/Błota, Stadt",
            "12066196",
            SplitName("Lübbenau/Spreewald", "Lubnjow/Błota", "Stadt"),
        ),
        ("Weißwasser/O.L., Stadt / Běła Woda", "14626600", SplitName("Weißwasser/O.L.", "Běła Woda", "Stadt")),
        ("Harsleben / Harschlewe", "15085140", SplitName("Harsleben", "Harschlewe")),
        (
            "Bautzen / Budyšin, Stadt, Hochschulstadt / Wysokoš",
            "14625020",
            SplitName("Bautzen", "Budyšin", "Stadt, Hochschulstadt / Wysokošulske město"),
        ),
    ],
)
def test_split_name_takes_official_names_apart(official, key, expected):
    assert split_name(official, key=key) == expected


def test_association_name_keeps_the_commas_between_members():
    assert association_name("Heringen/Helme, Stadt") == "Heringen/Helme"
    assert association_name("Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/V") == (
        "Oelsnitz/Vogtl., Bösenbrunn, Eichigt und Triebel/Vogtl."
    )


def test_complete_name_leaves_names_that_were_not_cut():
    assert complete_name("  Bautzen / Budyšin, Stadt ") == "Bautzen / Budyšin, Stadt"


@pytest.mark.parametrize(
    "text, folded",
    [
        ("München", "muenchen"),
        ("Muenchen", "muenchen"),
        ("MÜNCHEN", "muenchen"),
        ("Mu\u0308nchen", "muenchen"),
        ("Gießen", "giessen"),
        ("GIEẞEN", "giessen"),
        ("Chóśebuz", "chosebuz"),
        ("Łužyca ćčěłńóśšźž", "luzyca ccelnosszz"),
        ("Halle  (Saale)", "halle saale"),
        ("Bad Homburg v. d. Höhe", "bad homburg v d hoehe"),
        (" 08118048 ", "08118048"),
        ("\x00'; --", ""),
    ],
)
def test_fold_gives_one_text_for_all_ways_of_typing(text, folded):
    assert fold(text) == folded


def test_fold_bare_is_what_a_keyboard_without_umlauts_types():
    assert [fold_bare(name) for name in ("München", "Gießen", "Chóśebuz")] == ["munchen", "giessen", "chosebuz"]


def test_fold_keeps_neuenkirchen_and_neunkirchen_apart():
    assert not set(spellings("Neuenkirchen")) & set(spellings("Neunkirchen"))


@given(st.text(max_size=60))
def test_fold_is_stable_and_plain(text):
    for folding in (fold, fold_bare):
        folded = folding(text)
        assert folding(folded) == folded
        assert folded.isascii()
        assert folded == " ".join(folded.split())


@given(st.text(alphabet="abcäöüßéłŠ .-/()", min_size=1, max_size=40))
def test_spellings_hold_the_name_itself_once(name):
    texts = spellings(name)
    assert len(texts) == len(set(texts))
    assert not fold(name) or fold(name) in texts


@pytest.mark.parametrize(
    "name, expected",
    [
        ("München", ["muenchen", "munchen"]),
        ("St. Ingbert", ["st ingbert", "sankt ingbert"]),
        ("Sankt Augustin", ["sankt augustin", "st augustin"]),
        ("Halle (Saale)", ["halle saale", "halle"]),
        ("Neustadt a.d.Aisch", ["neustadt a d aisch", "neustadt an der aisch"]),
        ("Weiden i.d.OPf.", ["weiden i d opf", "weiden in der oberpfalz"]),
        ("Karlstein a.Main", ["karlstein a main", "karlstein am main"]),
        ("Rohr i.NB", ["rohr i nb", "rohr in niederbayern"]),
        ("Au b.Ulm", ["au b ulm", "au bei ulm"]),
        ("", []),
    ],
)
def test_spellings_hold_short_and_long_forms(name, expected):
    assert spellings(name) == expected


def test_folded_names_tell_which_belong_to_the_second_language_alone():
    names = folded_names(name="Cottbus", second_name="Chóśebuz", official_name="Cottbus/Chóśebuz, Stadt")
    assert names == {"cottbus": False, "cottbus chosebuz stadt": False, "chosebuz": True}


# --- against every official name -----------------------------------------------------------------------------------

SUFFIXES = """
    Markt; Stadt; Große Kreisstadt; gemeindefreies Gebiet; gemeindefreier Bezirk; Flecken; Hansestadt; Kreisstadt;
    Landeshauptstadt; Marktflecken; Marktgemeinde; Hochschulstadt; Universitätsstadt; Ostseebad; Seebad; Ostseeheilbad;
    Nordseebad; Kurort; Kirchspiel; Freie und Hansestadt; Berg- und Universitätsstadt; Münchhausenstadt;
    Klostergemeinde; Klosterflecken; Inselgemeinde; Klingenstadt; Fundort des Neanderthalers; Burggemeinde;
    Sport- und Freizeitgemeinde; Tor zur Eifel; Kupferstadt; Kolpingstadt; Schloss-Stadt; Stadt auf der Höhe;
    Blütenstadt; Glockenstadt; Stadt der Burgmannshöfe; NRW-Klimakommune; Die Mähdrescherstadt; Widukindstadt;
    Orgelstadt; Stadt der Osterräder; Sennegemeinde; Stadt der FernUniversität; Stadt der Kluterthöhle;
    Kreis- und Hochschulstadt; Hansestadt an der Ruhr; Wissenschaftsstadt; Karolingerstadt; Schöfferstadt;
    Büchnerstadt; Philipp-Reis-Stadt; Barbarossastadt; Hugenotten- und Waldenserstadt; Einhardstadt;
    Friedrich-Ludwig-Weidig-Stadt; Oranienstadt; documenta-Stadt; Konrad-Zuse-Stadt; Point-Alpha-Gemeinde;
    Kunigundengemeinde; Hans-Staden-Stadt; Dom- und Kaiserstadt; Reformationsstadt; Konfirmationsstadt;
    Liebenbachstadt; Philipp-Soldan-Stadt; Brüder-Grimm-Stadt; Nationalparkgemeinde; Nationalparkstadt;
    Raiffeisengemeinde; Loreleystadt; Sickingenstadt; Hanse- und Universitätsstadt; Schliemanngemeinde; Seegemeinde;
    Inselstadt; Vier-Tore-Stadt; Peenestadt; Residenzstadt; Reuterstadt; Windmühlenstadt; Warbelstadt; Barlachstadt;
    Schliemannstadt; Blumenstadt; Bergringstadt; Bernsteinstadt; Fischerdorf; Universitäts- und Hansestadt;
    Hochschulort; Motorradstadt; Garnisonsstadt; Stadt des Roten Porphyr; Welterbestadt; Solestadt; Goethestadt;
    Lutherstadt; Hochschulstadt / Wysokošulske město
"""
"""Every addition to a name in the registers of 2023 and 2025."""

ELSEWHERE_WITH_SECOND_NAME = {"15085140": "Harschlewe"}
"""The one second name outside Brandenburg and Saxony: Low German."""


@pytest.fixture(scope="module")
def official_names() -> list[tuple[str, str]]:
    names = []
    for file in ("GV100AD_30112023.txt.gz", "GV100AD_30112025.txt"):
        register = recognise.parse(read_source(real_file("municipalities", file)))
        assert isinstance(register, Register)
        names += [(row.ags, row.official_name) for row in register.municipalities]
    return names


def test_every_suffix_of_the_register_is_known(official_names):
    known = {" ".join(suffix.split()) for suffix in SUFFIXES.split(";")}
    found = {part for key, name in official_names for part in split_name(name, key=key).suffix.split(", ") if part}
    assert found == known


def test_second_names_are_sorbian_and_no_name_keeps_a_divider(official_names):
    split = {key: split_name(name, key=key) for key, name in official_names}
    second = {key: name.second_name for key, name in split.items() if name.second_name}
    outside = {key: name for key, name in second.items() if key[:2] not in {"12", "14"}}
    assert outside == ELSEWHERE_WITH_SECOND_NAME
    assert len(second) == 86
    assert [name for name in split.values() if " / " in name.name or "," in name.name or "  " in name.name] == []


def test_every_name_of_the_register_folds_to_words(official_names):
    assert [name for key, name in official_names if not spellings(split_name(name, key=key).name)] == []
