"""The API's addresses: one for each resource that an area declares, the schema and its documentation."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from competence_centre.api_documentation import DocumentationView
from portal.areas import areas
from portal.evaluation.api import IndicatorsView
from portal.opendata.api import VocabulariesView

app_name = "api"

router = SimpleRouter()
for resource in areas.each("resources"):
    router.register(resource.slug, resource.viewset, basename=resource.slug)

urlpatterns = [
    *router.urls,
    path("indicators/", IndicatorsView.as_view(), name="indicators"),
    path("vocabularies/", VocabulariesView.as_view(), name="vocabularies"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DocumentationView.as_view(), name="docs"),
]
