"""Outlines and points: what is drawn on the maps."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from portal.directory import services
from portal.directory.imports import geometry
from portal.directory.imports.source import Refused, Source
from portal.directory.models import Edition, Municipality, Outline
from tests.factories.directory import DistrictFactory, EditionFactory, LandFactory, MunicipalityFactory
from tests.factories.register_files import real_file

SQUARE = [[9.0, 48.0], [10.0, 48.0], [10.0, 49.0], [9.0, 48.0]]
HOLE = [[9.4, 48.2], [9.6, 48.2], [9.6, 48.3], [9.4, 48.2]]
POINTS = (
    "ags,ars,name,lon,lat\n08118048,081180048048,Ludwigsburg,9.19,48.89\n01001000,010010000000,Flensburg,9.44,54.78\n"
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def feature(properties: object, coordinates: object, kind: str = "Polygon") -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


LAND = feature({"LAND": "08"}, [SQUARE, HOLE])
DISTRICT = feature({"AGS": "08118"}, [[SQUARE], [HOLE]], kind="MultiPolygon")


def parse(text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    return geometry.parse(Source(name="file", data=data, sha256=""))


@pytest.fixture
def files(tmp_path):
    (tmp_path / "outlines.geojson").write_text(collection(LAND, DISTRICT))
    (tmp_path / "points.csv").write_text(POINTS)
    return [tmp_path / "outlines.geojson", tmp_path / "points.csv"]


def test_outlines_are_read_as_rings():
    assert parse(collection(LAND, DISTRICT)).rings == {
        ("land", "08"): [SQUARE, HOLE],
        ("district", "08118"): [SQUARE, HOLE],
    }


@pytest.mark.parametrize(
    "text, line, reason",
    [
        ('{"type": "FeatureCollection", "features": [', 1, "The file is no complete JSON."),
        ('{"type": "Feature"}', None, "The file is no GeoJSON FeatureCollection with features."),
        (collection(), None, "The file is no GeoJSON FeatureCollection with features."),
        (collection("x"), None, "Feature 1 has neither the property LAND nor AGS."),
        (collection(feature({"GEN": "x"}, [SQUARE])), None, "Feature 1 has neither the property LAND nor AGS."),
        (collection(feature({"LAND": "17"}, [SQUARE])), None, "Feature 1: “17” is no key."),
        (collection(feature({"AGS": 8118}, [SQUARE])), None, "Feature 1: “8118” is no key."),
        (collection(LAND, LAND), None, "Feature 2: the key 08 occurs twice."),
        (collection(feature({"LAND": "08"}, SQUARE[0], "Point")), None, "Feature 1 is no polygon."),
        (collection(feature({"LAND": "08"}, [SQUARE[:3]])), None, "Feature 1: a ring is not closed."),
        (
            collection(feature({"LAND": "08"}, [[[48.0, 9.0], *SQUARE[1:3], [48.0, 9.0]]])),
            None,
            "Feature 1: [48.0, 9.0] lies outside Germany.",
        ),
        (
            collection(feature({"LAND": "08"}, [[["9", "48"]] * 4])),
            None,
            'Feature 1: ["9", "48"] lies outside Germany.',
        ),
        (collection(LAND).replace("9.4", "NaN"), None, "“NaN” is no coordinate."),
        (b"\xff\xfe", 1, "The file is not encoded as UTF-8."),
        ("name,lon,lat\n", 1, "The column “ags” is missing."),
        ("ags,lon,lat\n", None, "The file is empty."),
        ("ags,lon,lat\n0811804,9,48\n", 2, "“0811804” is no key (AGS)."),
        ("ags,lon,lat\n08118048,neun,48\n", 2, "“neun” is no coordinate."),
        ("ags,lon,lat\n08118048,48,9\n", 2, "The coordinate 48 lies outside Germany."),
        ("ags,lon,lat\n08118048,9,48\n08118048,9,48\n", 3, "The key 08118048 occurs twice."),
    ],
)
def test_broken_geometry_is_refused(text, line, reason):
    with pytest.raises(Refused) as caught:
        parse(text)
    assert (caught.value.file, caught.value.line, caught.value.reason) == ("file", line, reason)


def test_too_many_corners_are_refused(monkeypatch):
    monkeypatch.setattr(geometry, "MAX_POSITIONS", 7)
    with pytest.raises(Refused, match="more than 7 corners"):
        parse(collection(LAND))


@pytest.mark.django_db
def test_geometry_is_imported_with_its_attribution_and_twice_changes_nothing(files):
    register = EditionFactory(kind=Edition.Kind.EXTRACT)
    MunicipalityFactory(ags="08118048", longitude=None, latitude=None)
    MunicipalityFactory(ags="08118007", longitude=9.14, latitude=48.99, coordinates_edition=register)
    report = services.import_geometry(files=files, year=2021)
    assert report.files[0].levels["outline"].created == [1, 2]
    assert report.files[1].levels["municipality"].changed == [2]
    assert [(item.file, item.line, item.key) for item in report.rejected] == [("points.csv", 3, "01001000")]
    outline = Outline.objects.get(level="land", key="08")
    assert outline.polygons == [SQUARE, HOLE]
    assert outline.edition.attribution == "© GeoBasis-DE / BKG 2021 (Daten verändert)"
    assert outline.edition.attribution_url == "https://www.bkg.bund.de/"
    place = Municipality.objects.get(pk="08118048")
    assert (place.longitude, place.latitude, place.coordinates_edition.kind) == (9.19, 48.89, "geometry")
    assert Municipality.objects.get(pk="08118007").coordinates_edition == register
    assert services.import_geometry(files=files, year=2021).changes_nothing


@pytest.mark.django_db
def test_geometry_of_unknown_places_is_reported(files):
    LandFactory(id="08")
    report = services.import_geometry(files=files[:1], year=2021)
    assert [(item.line, item.key) for item in report.rejected] == [(2, "08118")]
    assert list(Outline.objects.values_list("level", "key")) == [("land", "08")]


@pytest.mark.django_db
def test_geometry_before_any_register_is_refused(files):
    for file in files:
        with pytest.raises(Refused, match=f"{file.name}: There is no register yet"):
            services.import_geometry(files=[file], year=2021)


@pytest.mark.django_db
def test_geometry_is_imported_whole_or_not_at_all(files, tmp_path):
    DistrictFactory(id="08118")
    (tmp_path / "bad.csv").write_text("ags,lon,lat\n08118048,0,0\n")
    with pytest.raises(CommandError, match=r"Nothing was imported. bad.csv, line 2: The coordinate 0 lies outside"):
        call_command("import_geometry", str(files[0]), str(tmp_path / "bad.csv"), stdout=io.StringIO())
    assert Outline.objects.count() == 0
    with pytest.raises(CommandError, match="1492 is no year of an edition"):
        call_command("import_geometry", str(files[0]), "--year", "1492")
    call_command("import_geometry", str(files[0]), "--dry-run", stdout=io.StringIO())
    assert Outline.objects.count() == 0
    out = io.StringIO()
    call_command("import_geometry", str(files[0]), "--json", stdout=out)
    assert json.loads(out.getvalue())["files"][0]["levels"]["outline"]["created"] == [1, 2]
    assert Outline.objects.count() == 2


@pytest.mark.parametrize(
    "name, count",
    [
        ("laender_vg2500_2021_simplified.geojson", 16),
        ("kreise_vg2500_2021_simplified.geojson", 400),
        ("gemeinden_vg5000_2021_points.csv", 10994),
    ],
)
def test_real_geometry_is_read(name, count):
    content = parse(real_file("geometry", name).read_bytes())
    assert len(content.rows if isinstance(content, geometry.Points) else content.rings) == count
