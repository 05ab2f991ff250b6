"""One factory for each model, found by the model. A factory of what not everybody may see has a trait ``hidden``."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.db.models import Model
from factory.django import DjangoModelFactory


@cache
def factories() -> dict[type[Model], type[DjangoModelFactory[Any]]]:
    """Return every factory of this package by its model."""
    found: dict[type[Model], type[DjangoModelFactory[Any]]] = {}
    for module in iter_modules(__path__):
        for candidate in vars(import_module(f"{__name__}.{module.name}")).values():
            if isinstance(candidate, type) and issubclass(candidate, DjangoModelFactory):
                model = candidate._meta.get_model_class()
                if model is not None:
                    found[model] = candidate
    return found


def factory_for(model: type[Model]) -> type[DjangoModelFactory[Any]]:
    """Return a model's factory; KeyError when nobody wrote one."""
    return factories()[model]
