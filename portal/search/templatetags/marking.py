"""The words that were found, marked."""

from django import template

from portal.search.marks import marked

register = template.Library()
register.filter("marked", marked)
