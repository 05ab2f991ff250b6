"""What libraries say to people and our own catalogue says otherwise, because theirs is informal or silent.

Nobody imports this: it lets ``check_catalogues`` find the messages. A test tells which are missing after a library has
changed (``tests/architecture/test_foreign_messages.py``).
"""

from django.utils.translation import gettext_noop as _

MESSAGES = (
    _(
        "An account already exists with this email address. Please sign in to that account first, then connect your %s"
        " account."
    ),
    _("A valid biginteger is required."),
    _("Enter a valid URL."),
    _("Enter a valid email address."),
    _("Please select only one."),
    _("Please type your current password."),
    _("Select a lookup."),
    _("You must type the same email each time."),
    _("is null"),
    _("Be patient, you are sending too many requests."),
    _("Date has wrong format. Use one of these formats instead: {format}."),
    _("Datetime has wrong format. Use one of these formats instead: {format}."),
    _("Duration has wrong format. Use one of these formats instead: {format}."),
    _("Ensure that there are no more than {max_decimal_places} decimal places."),
    _("Ensure that there are no more than {max_digits} digits in total."),
    _("Ensure that there are no more than {max_whole_digits} digits before the decimal point."),
    _("Ensure this field has at least {min_length} characters."),
    _("Ensure this field has no more than {max_length} characters."),
    _("Ensure this filename has at most {max_length} characters (it has {length})."),
    _("Ensure this value is greater than or equal to {min_value}."),
    _("Ensure this value is less than or equal to {max_value}."),
    _('Enter a valid "slug" consisting of Unicode letters, numbers, underscores, or hyphens.'),
    _('Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.'),
    _("Integer value too large to convert to float"),
    _("The submitted data was not a file. Check the encoding type on the form."),
    _("Time has wrong format. Use one of these formats instead: {format}."),
    _("Too many failed login attempts. Try again later."),
    _("Upload a valid image. The file you uploaded was either not an image or a corrupted image."),
    _("Username can not be used. Please use other username."),
    _("You cannot add more than %d email addresses."),
    _("You cannot remove your primary email address."),
    _("You must type the same password each time."),
    _("Your account has no password set up."),
    _("Your account has no verified email address."),
    _("Your primary email address must be verified."),
)
NAMES = (
    _("action"),
    _("authenticators"),
    _("comment"),
    _("contentpath"),
    _("created at"),
    _("data"),
    _("dismissibles"),
    _("editing sessions"),
    _("file"),
    _("form data"),
    _("form states"),
    _("ip"),
    _("is editing"),
    _("label"),
    _("last seen at"),
    _("last translated by"),
    _("last updated at"),
    _("last used at"),
    _("object str"),
    _("page"),
    _("page subscriptions"),
    _("position"),
    _("resolved by"),
    _("segment overrides"),
    _("string translations"),
    _("text"),
    _("type"),
    _("uploaded files"),
    _("user"),
    _("user agent"),
    _("user sessions"),
)
"""What libraries call models and fields that hold something of people: exports and lists of one's data show it."""
