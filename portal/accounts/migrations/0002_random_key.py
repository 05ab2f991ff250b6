import uuid

from django.db import migrations, models


def give_keys(apps, _schema_editor):
    """Each account gets a key of its own: the default of a new column would be one for all."""
    User = apps.get_model("accounts", "User")
    for pk in User.objects.values_list("pk", flat=True):
        User.objects.filter(pk=pk).update(uuid=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="uuid",
            field=models.UUIDField(null=True, editable=False, help_text="Names the person in the audit.", verbose_name="random key"),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="uuid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, help_text="Names the person in the audit.", unique=True, verbose_name="random key"),
        ),
    ]
