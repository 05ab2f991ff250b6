"""The building blocks of texts, in KERN's dress. Each has a template in ``templates/content/blocks/`` and a preview."""

from portal.content.blocks.bodies import BodyBlock, PlainBodyBlock, StatementBodyBlock
from portal.content.blocks.generated import (
    ContactBlock,
    CookiesBlock,
    OperatorBlock,
    OutsideHostsBlock,
    PrivacyContactsBlock,
    ProcessingBlock,
)
from portal.content.blocks.offers import OffersBlock, RelatedBlock
from portal.content.blocks.structure import HelpOfferBlock, QuestionBlock, StepBlock, TermBlock

__all__ = [
    "BodyBlock",
    "ContactBlock",
    "CookiesBlock",
    "HelpOfferBlock",
    "OffersBlock",
    "OperatorBlock",
    "OutsideHostsBlock",
    "PlainBodyBlock",
    "PrivacyContactsBlock",
    "ProcessingBlock",
    "QuestionBlock",
    "RelatedBlock",
    "StatementBodyBlock",
    "StepBlock",
    "TermBlock",
]
