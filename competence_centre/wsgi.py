"""The WSGI entrance for the production server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "competence_centre.settings")

application = get_wsgi_application()
