"""What the browser tests put into the portal: a little of everything, and the demonstration's content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.blocks import Block, StreamValue, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

from portal import theme
from portal.areas import areas
from portal.content import demo
from portal.content.models import GuidePage
from portal.directory import choice
from tests.browser.kinds import Kind, kinds
from tests.factories import factory_for
from tests.factories.accounts import UserFactory
from tests.factories.content import DocumentFactory, GuideFactory, ImageFactory
from tests.factories.directory import MunicipalityFactory
from tests.factories.funding import ProgrammeFactory

PER_PAGE = 20


@dataclass(frozen=True)
class Site:
    """What is in the portal.

    Attributes:
        cookies: of the readers whom a kind of page can be looked at by.
    """

    place: Any
    other_place: Any
    programme: Any
    guide: Any
    list_url: str
    cookies: Mapping[str, Mapping[str, str]]

    def kinds(self) -> list[Kind]:
        """Return every kind of page."""
        return kinds(self)


def make_site() -> Site:
    """Fill an empty portal; there is more than a page of programmes, and a guide with every block."""
    demo.load()
    for resource in areas.each("resources"):
        factory_for(resource.model).create()
    place = MunicipalityFactory(ags="08118048", name="Musterstadt am Neckar", population=93_499)
    other = MunicipalityFactory(ags="14625240", name="Königswartha", second_name="Rakecy", population=3_400)
    programme = ProgrammeFactory(title="Aaa Digitale Rathäuser", slug="aaa-digitale-rathaeuser")
    ProgrammeFactory.create_batch(PER_PAGE, kinds=["darlehen"])
    guide = GuideFactory(title="Ein Leitfaden mit allen Bausteinen", slug="alle-bausteine", body=every_block())
    editor = Client()
    editor.force_login(UserFactory(editor=True))
    session = {settings.SESSION_COOKIE_NAME: editor.cookies[settings.SESSION_COOKIE_NAME].value}
    return Site(
        place=place,
        other_place=other,
        programme=programme,
        guide=guide,
        list_url=reverse("funding:programme_list"),
        cookies={"chosen": {choice.COOKIE: place.pk}, "dark": {theme.COOKIE: theme.DARK}, "editor": session},
    )


def every_block() -> StreamValue:
    """Return a text with each block that a guide may hold, with what its preview shows; a new block joins by itself."""
    stream = GuidePage._meta.get_field("body").stream_block
    blocks = [(name, completed(block)) for name, block in stream.child_blocks.items()]
    return StreamValue(stream, blocks)


def completed(block: Block) -> Any:
    """Return a block's preview with a real picture and real files where the preview has none."""
    value = block.get_preview_value()
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            if isinstance(child, ImageBlock) and not value[name]:
                picture = ImageFactory()
                picture.contextual_alt_text, picture.decorative = "Ein Rathaus mit offener Tür.", False
                value[name] = picture
            elif isinstance(child, DocumentChooserBlock) and not value[name]:
                ending = {"film": "mp4", "captions": "vtt"}.get(name, "pdf")
                value[name] = DocumentFactory(file=ContentFile(FILES[ending], name=f"muster.{ending}"))
                value[name].file.close()
    return value


FILES = {
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    "vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nGuten Tag.\n",
    "pdf": b"%PDF-1.7\n",
}
