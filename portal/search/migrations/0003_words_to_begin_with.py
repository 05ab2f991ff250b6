"""The words to begin with; what is there already stays."""

from django.db import migrations

from portal.search.seed import PARTS, SYNONYMS, WHOLE


def seed(apps, schema_editor):
    split_word = apps.get_model("search", "SplitWord")
    rows = [(word, True) for word in PARTS] + [(word, False) for word in WHOLE if word not in set(PARTS)]
    split_word.objects.bulk_create(
        (split_word(word=word, is_part=is_part) for word, is_part in dict(rows).items()), ignore_conflicts=True
    )
    group = apps.get_model("search", "SynonymGroup")
    if not group.objects.exists():
        group.objects.bulk_create(group(words=list(words)) for words in SYNONYMS)


class Migration(migrations.Migration):
    """Words that compounds are made of, and synonyms."""

    dependencies = [("search", "0002_index")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
