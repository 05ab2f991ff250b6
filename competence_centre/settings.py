"""All settings, from the environment alone (12-factor). Safe by default: what is not set is the production value.

Every variable read here stands in ``.env.example`` and ``docs/operations.md``; a test compares them.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from celery.schedules import crontab
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from portal.mail import mailer
from portal.outside import provider_apps, provider_origins, tiles_origin
from portal.rates import rate

django_stubs_ext.monkeypatch()  # lets classes such as DetailView name their model's type, as the type checker asks

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- what kind of run this is ------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # earlier ones: links and second factors stay valid
SECURE_TLS = env.bool("SECURE_TLS", default=True)  # off only where no TLS is possible: demonstration on loopback, tests
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- what it is made of ------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "competence_centre",
    "portal",
    "portal.audit",
    "portal.accounts",
    "portal.directory",
    "portal.search",
    "portal.notifications",
    "portal.following",
    "portal.content",
    "funding",
    "projects",
    "portal.evaluation",
    "portal.opendata",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "django_filters",
    "django_htmx",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "competence_centre.health.HealthMiddleware",
    "portal.requests.request_key",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "portal.middleware.response_headers",
    "portal.evaluation.middleware.count_visits",
    "portal.directory.choice.choice_cookie",
    "portal.theme.theme_cookie",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.presence.note_visit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.accounts.middleware.session_limits",
    "portal.accounts.middleware.second_factor",
    "portal.accounts.support.SupportViewMiddleware",  # after what holds for the one who has really signed in
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "competence_centre.urls"
WSGI_APPLICATION = "competence_centre.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context_processors.navigation",
                "portal.accounts.context_processors.session_end",
                "portal.directory.context_processors.my_municipality",
                "portal.directory.context_processors.acting_for",
                "portal.notifications.context_processors.bell",
                "portal.content.context_processors.service_notices",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portal.templatetags.portal",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database: PostgreSQL only -------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **env.db("DATABASE_URL", default="postgresql:///portal"),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=300),
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis: cache and broker; without it one process's memory and a folder, for development and demonstration -----
REDIS_URL = env.str("REDIS_URL", default="")
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# --- jobs ----------------------------------------------------------------------------------------------------------
CELERY_QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # An unacknowledged task comes back after this many seconds; the default of one hour is too long for mail.
    {"visibility_timeout": 300}
    if REDIS_URL
    else {
        "data_folder_in": str(CELERY_QUEUE_DIR / "messages"),
        "data_folder_out": str(CELERY_QUEUE_DIR / "messages"),
        "control_folder": str(CELERY_QUEUE_DIR / "control"),
        "processed_folder": str(CELERY_QUEUE_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Berlin"
CELERY_BEAT_SCHEDULE = {
    "purge expired sessions": {
        "task": "portal.accounts.tasks.purge_expired_sessions",
        "schedule": crontab(hour="3", minute="10"),
    },
    "make exports of personal data that are outstanding": {
        "task": "portal.accounts.tasks.make_outstanding_exports",
        "schedule": crontab(minute="*/10"),
    },
    "warn of tokens that end soon": {
        "task": "portal.accounts.tasks.warn_of_token_expiry",
        "schedule": crontab(hour="5", minute="20"),
    },
    "apply retention": {
        "task": "portal.accounts.tasks.apply_retention",
        "schedule": crontab(hour="2", minute="40"),
    },
    "end views of the support whose time is up": {
        "task": "portal.accounts.tasks.end_support_views",
        "schedule": crontab(minute="*/5"),
    },
    "publish what editors have given a time": {
        "task": "portal.content.tasks.publish_scheduled",
        "schedule": crontab(minute="*/5"),
    },
    "purge answers to forms": {
        "task": "portal.content.tasks.purge_submissions",
        "schedule": crontab(hour="3", minute="15"),
    },
    "send mails about reported barriers": {
        "task": "portal.content.tasks.send_barrier_mails",
        "schedule": crontab(minute="*/10"),
    },
    "purge what readers have written": {
        "task": "portal.content.tasks.purge_readers_texts",
        "schedule": crontab(hour="3", minute="25"),
    },
    "index what has changed": {
        "task": "portal.search.tasks.index_pending",
        "schedule": crontab(),
    },
    "read everything anew for the search": {
        "task": "portal.search.tasks.rebuild",
        "schedule": crontab(hour="1", minute="30"),
    },
    "forget what was searched for": {
        "task": "portal.search.tasks.purge_log",
        "schedule": crontab(hour="3", minute="20"),
    },
    "send mails about memberships, claims and delegations": {
        "task": "portal.directory.tasks.send_actor_mails",
        "schedule": crontab(minute="5-59/10"),
    },
    "end invitations and requests that nobody has answered": {
        "task": "portal.directory.tasks.expire_invitations",
        "schedule": crontab(hour="3", minute="35"),
    },
    "make mails of notifications and send them": {
        "task": "portal.notifications.tasks.deliver",
        "schedule": crontab(),
    },
    "leave a sign of life of the timetable": {
        "task": "portal.notifications.tasks.beat",
        "schedule": crontab(minute="*/5"),
    },
    "look at what has changed for those who follow it": {
        "task": "portal.following.tasks.look_at_changes",
        "schedule": crontab(),
    },
    "measure all indicators": {
        "task": "portal.evaluation.tasks.measure_all",
        "schedule": crontab(hour="4,5", minute="0"),
    },
    "open reviews that are due": {
        "task": "portal.evaluation.tasks.open_due_reviews",
        "schedule": crontab(hour="6", minute="10"),
    },
    "remind of what is due in funding applications": {
        "task": "funding.tasks.remind_of_applications",
        "schedule": crontab(hour="6", minute="20"),
    },
    "ask whether projects are still right": {
        "task": "projects.tasks.ask_whether_still_right",
        "schedule": crontab(hour="6", minute="40"),
    },
    "ask what came of projects that are used again": {
        "task": "projects.tasks.ask_what_came_of_it",
        "schedule": crontab(hour="6", minute="50"),
    },
    "follow the register with projects and plans": {
        "task": "projects.tasks.refresh_places",
        "schedule": crontab(hour="3", minute="40"),
    },
    "tell of deadlines that come near": {
        "task": "portal.following.tasks.tell_of_deadlines",
        "schedule": crontab(hour="6", minute="30"),
    },
    "tidy up what nobody follows any more": {
        "task": "portal.following.tasks.tidy_up",
        "schedule": crontab(hour="2", minute="20"),
    },
    "import funding programmes": {
        "task": "funding.tasks.import_from_source",
        "schedule": crontab(hour="1", minute="40"),
    },
    "find duplicates": {
        "task": "funding.tasks.find_duplicates",
        "schedule": crontab(hour="3", minute="10"),
    },
    "write open data": {
        "task": "portal.opendata.tasks.write_dumps",
        "schedule": crontab(hour="2", minute="40"),
    },
    "check links": {
        "task": "portal.content.tasks.check_links",
        "schedule": crontab(hour="3", minute="30"),
    },
    "remind people of overdue checks": {
        "task": "portal.content.tasks.remind_responsible",
        "schedule": crontab(day_of_week="mon", hour="7", minute="0"),
    },
}

# --- people --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "portal.permissions.PredicateBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portal.accounts.passwords.ContextWordsValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "display_name")},
    },
]
# Providers of OpenID Connect, as JSON; docs/operations.md says what each entry holds.
OIDC_PROVIDERS: list[dict[str, Any]] = env.json("OIDC_PROVIDERS", default=[])
# django-allauth (ADR 0015). What is not named here keeps allauth's own value.
ACCOUNT_ADAPTER = "portal.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "portal.accounts.forms.NameForm"
ACCOUNT_FORMS = {"signup": "portal.accounts.allauth_forms.SignupForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 7  # an account that nobody confirmed is kept no longer
ACCOUNT_CHANGE_EMAIL = True  # one address for each person: the new one takes the place of the old when confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600  # seconds; mail through a municipality's filters takes its time
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_SESSION_REMEMBER = True  # how long a session lasts is decided by the limits below
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE_TLS else "http"
MFA_ADAPTER = "portal.accounts.adapters.MFAAdapter"
MFA_FORMS = {"authenticate": "portal.accounts.allauth_forms.AuthenticateForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey is two factors: the device, and what unlocks it
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE_TLS
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: clocks of telephones go wrong
MFA_TOTP_ISSUER = "Kompetenzzentrum Digitale Städte und Regionen"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs in without a confirmed address, and a change must stay possible
SOCIALACCOUNT_ADAPTER = "portal.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False  # the name is asked, whatever the provider calls somebody
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # a provider's word about an address opens no account
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": provider_apps(OIDC_PROVIDERS),
    }
}
# Minutes without a request, and hours since signing in, after which a session ends: for people with a role, and for
# everybody else.
SESSION_IDLE_MINUTES_ROLE = env.int("SESSION_IDLE_MINUTES_ROLE", default=30)
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=480)
SESSION_HOURS_ROLE = env.int("SESSION_HOURS_ROLE", default=12)
SESSION_HOURS = env.int("SESSION_HOURS", default=336)
# How many minutes an administrator may look at the portal as another person (ADR 0017).
SUPPORT_VIEW_MINUTES = min(env.int("SUPPORT_VIEW_MINUTES", default=15), 60)
SESSION_COOKIE_AGE = max(SESSION_HOURS, SESSION_HOURS_ROLE) * 3600

# --- language and time: German for people ----------------------------------------------------------------------------
LANGUAGE_CODE = "de"
# English is for translated content alone: its addresses begin with /en/; everything else is German, whatever a
# browser prefers.
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Europe/Berlin"

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
ASSETS_DIR = VAR_DIR / "assets"  # made from the npm packages by scripts/assets.py
STATICFILES_DIRS = [BASE_DIR / "static", *([ASSETS_DIR] if ASSETS_DIR.is_dir() else [])]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.str("MEDIA_DIR", default=str(VAR_DIR / "media")))  # what editors upload
# What no address leads to: exports of personal data, notes of erasures. Never handed out by the proxy.
PRIVATE_ROOT = Path(env.str("PRIVATE_DIR", default=str(VAR_DIR / "private")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": PRIVATE_ROOT,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# --- safety ----------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_TLS
SECURE_HSTS_PRELOAD = SECURE_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_NAME = "__Host-session" if SECURE_TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_TLS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long guide in the editors' admin has as many
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # KERN's icons are masks with data: addresses
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    # A browser applies this to where a form's answer redirects as well: to the providers that people sign in at.
    "form-action": [CSP.SELF, *provider_origins(OIDC_PROVIDERS)],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
    "manifest-src": [CSP.SELF],
    "media-src": [CSP.SELF],
}

# --- servers of others: none, unless the operator switches one on; portal.outside lists them for readers --------------
MAP_TILES_URL = env.str("MAP_TILES_URL", default="")  # https://tiles.example.org/{z}/{x}/{y}.png
MAP_TILES_ATTRIBUTION = env.str("MAP_TILES_ATTRIBUTION", default="")
if tiles_origin(MAP_TILES_URL):
    SECURE_CSP["img-src"].append(tiles_origin(MAP_TILES_URL))

# Wagtail's admin starts its date pickers and choosers from inline scripts; its accessibility checker and its
# translation form make styles as they go. Both for editors alone, and handlers in attributes, which a text could
# smuggle in, stay out.
EDITING_CSP: dict[str, Any] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "script-src-attr": [CSP.NONE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "frame-src": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}

# --- content (Wagtail) ----------------------------------------------------------------------------------------------
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")  # in mails, feeds and security.txt
# Whether the nightly check of links asks servers of others; the portal's own addresses are always checked.
CHECK_LINKS = env.bool("CHECK_LINKS", default=not DEMO)
# Where the nightly import finds the funding programmes: a file or folder here, or an address (https); empty: none.
FUNDING_SOURCE = env.str("FUNDING_SOURCE", default="")
WAGTAIL_SITE_NAME = "Kompetenzzentrum Digitale Städte und Regionen"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/anmelden/"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("de", "Deutsch")]
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAILADMIN_UNSAFE_PAGE_DELETION_LIMIT = 0  # deleting a page with others below it asks for its name
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses that can be typed and printed
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = [("de", "Deutsch"), ("en", "English")]
# No request from the admin to anywhere else (DSGVO): no pictures of faces, no news of new versions.
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, Any]] = []
# Accounts are the portal's own; what is published is for everybody.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PRIVATE_PAGE_OPTIONS = {"SHARED_PASSWORD": False, "GROUPS": False, "LOGIN": False}
WAGTAIL_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False, "GROUPS": False, "LOGIN": False}
WAGTAILIMAGES_IMAGE_MODEL = "content.Image"
WAGTAILIMAGES_IMAGE_FORM_BASE = "portal.content.admin.forms.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]  # no SVG: it can hold scripts
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024  # the proxy takes no more than 12 MB (docker/Caddyfile)
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "content.Document"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.content.admin.forms.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 100 * 1024 * 1024  # films; the proxy lets them pass to the documents alone
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "ics", "mp4", "odp", "ods", "odt", "pdf", "pptx", "srt", "txt", "vtt", "xlsx"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {
    "default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "german"},
}

# --- API -------------------------------------------------------------------------------------------------------------
# So many requests, "300/minute" say; empty: no limit. A limit that cannot be read stops the start.
API_RATE_TOKEN = rate(env.str("API_RATE_TOKEN", default="600/minute"))
API_RATE_ADDRESS = rate(env.str("API_RATE_ADDRESS", default="120/minute"))
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.api_tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.accounts.api_tokens.HasScope"],  # rows: visible_to; writing does not exist
    "DEFAULT_THROTTLE_CLASSES": [
        "portal.accounts.api_tokens.TokenThrottle",
        "portal.accounts.api_tokens.AddressThrottle",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",  # the form for translations in the editors' admin (wagtail-localize)
    ],
    "DEFAULT_SCHEMA_CLASS": "portal.api.Schema",
    "EXCEPTION_HANDLER": "portal.api.problem_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Kompetenzzentrum Digitale Städte und Regionen",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_NAME_OVERRIDES": {  # closed lists that several fields have
        "Ring": "portal.evaluation.models.Ring",
        "FieldOfAction": "portal.directory.vocabularies.FieldOfAction",
    },
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["competence_centre.api_documentation.public_addresses"],  # not those of the editors' admin
}


# --- the operator ----------------------------------------------------------------------------------------------------
# What the law wants on imprint, privacy page and declaration on accessibility; portal.operator says what each is, and
# that a deployment without them fails `check --deploy`. A demonstration has placeholders that nobody takes for real.
# Several lines are separated by semicolons.
def _demonstrated(placeholder: str) -> str:
    return placeholder if DEMO else ""


OPERATOR_NAME = env.str("OPERATOR_NAME", default=_demonstrated("Muster-Kompetenzzentrum (Demonstration)"))
OPERATOR_ADDRESS = env.str("OPERATOR_ADDRESS", default=_demonstrated("Musterstraße 1; 12345 Musterstadt"))
OPERATOR_REPRESENTATIVE = env.str("OPERATOR_REPRESENTATIVE", default=_demonstrated("Kim Muster (Leitung)"))
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", default=_demonstrated("kontakt@muster.example"))
OPERATOR_PHONE = env.str("OPERATOR_PHONE", default=_demonstrated("030 23125 000 (Muster)"))
OPERATOR_REGISTER = env.str("OPERATOR_REGISTER", default="")
OPERATOR_EDITOR = env.str("OPERATOR_EDITOR", default=_demonstrated("Robin Muster; Musterstraße 1; 12345 Musterstadt"))
OPERATOR_DATA_PROTECTION = env.str(
    "OPERATOR_DATA_PROTECTION",
    default=_demonstrated("Robin Muster; Musterstraße 1; 12345 Musterstadt; datenschutz@muster.example"),
)
OPERATOR_DATA_PROTECTION_AUTHORITY = env.str(
    "OPERATOR_DATA_PROTECTION_AUTHORITY",
    default=_demonstrated("Muster-Aufsichtsbehörde; Musterstraße 2; 12345 Musterstadt"),
)
OPERATOR_HOSTING = env.str(
    "OPERATOR_HOSTING", default=_demonstrated("Muster-Rechenzentrum; Musterstraße 3; 12345 Musterstadt")
)
OPERATOR_ACCESSIBILITY_LAW = env.str(
    "OPERATOR_ACCESSIBILITY_LAW",
    default="§ 12a BGG und die Barrierefreie-Informationstechnik-Verordnung (BITV 2.0)",
)
OPERATOR_ARBITRATION = env.str(
    "OPERATOR_ARBITRATION",
    default=(
        "Schlichtungsstelle nach dem Behindertengleichstellungsgesetz (BGG); bei dem Beauftragten der Bundesregierung "
        "für die Belange von Menschen mit Behinderungen; Mauerstraße 53; 10117 Berlin; info@schlichtungsstelle-bgg.de"
    ),
)
OPERATOR_ARBITRATION_URL = env.str("OPERATOR_ARBITRATION_URL", default="https://www.schlichtungsstelle-bgg.de/")
# An e-mail address or a web address, for security.txt.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=_demonstrated("sicherheit@muster.example"))

# --- mail ------------------------------------------------------------------------------------------------------------
EMAIL_URL = env.str("EMAIL_URL", default="")  # smtp+tls://user:password@host:587
DEFAULT_FROM_EMAIL = OPERATOR_EMAIL or "webmaster@localhost"
MAILERS: dict[str, dict[str, Any]] = {"default": mailer(EMAIL_URL, files=VAR_DIR / "mails" if DEBUG or DEMO else None)}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Addresses and query strings may name persons: requests are not logged, their failures are.
    "loggers": {
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "django_tasks": {"level": "WARNING"},  # four lines for every page that is saved
        "wagtail": {"level": "WARNING"},  # three lines for every address that changes
    },
}
