"""All searches are counted, not only those in vain; and what kind of result was opened."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """What was kept so far found nothing: its number of results is 0."""

    dependencies = [("search", "0003_words_to_begin_with")]

    operations = [
        migrations.RenameModel("EmptySearch", "LoggedSearch"),
        migrations.AlterModelOptions(
            name="loggedsearch",
            options={
                "ordering": ["-day", "words"],
                "verbose_name": "search that was made",
                "verbose_name_plural": "searches that were made",
            },
        ),
        migrations.RemoveConstraint(model_name="loggedsearch", name="search_emptysearch_once_a_day"),
        migrations.AddConstraint(
            model_name="loggedsearch",
            constraint=models.UniqueConstraint(fields=("day", "words"), name="search_loggedsearch_once_a_day"),
        ),
        migrations.AddField(
            model_name="loggedsearch",
            name="results",
            field=models.PositiveIntegerField(default=0, verbose_name="results"),
        ),
        migrations.CreateModel(
            name="LoggedClick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                ("words", models.CharField(max_length=100, verbose_name="words")),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("times", models.PositiveIntegerField(default=1, verbose_name="times")),
            ],
            options={
                "verbose_name": "opened result",
                "verbose_name_plural": "opened results",
                "ordering": ["-day", "words", "kind"],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "words", "kind"), name="search_loggedclick_once_a_day")
                ],
            },
        ),
    ]
