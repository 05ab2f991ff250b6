"""Say how good the search is: `make search-quality`.

Makes a database of its own with the demonstration data and, where the official files lie beside the checkout, the whole
register; asks every judged search (`portal/search/quality/queries.txt`) and prints nDCG@10, recall@20 and MRR, and each
search that falls short.
"""

# ruff: noqa: PLC0415 - Django is imported only after the environment that its settings read is complete

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.bench import decide_environment  # noqa: E402 - lies beside this folder
from competence_centre.catalogues import compile_catalogues  # noqa: E402 - as above
from competence_centre.embedded import EmbeddedPostgres  # noqa: E402 - as above


def main() -> int:
    """Measure and return the exit code."""
    var = ROOT / "var" / "search-quality"
    (var / "queue" / "messages").mkdir(parents=True, exist_ok=True)  # where mails of the demonstration wait
    server = EmbeddedPostgres(var / "postgres", fast=True)
    try:
        with server:
            decide_environment(var, server.url("postgres"))
            compile_catalogues()
            import django

            django.setup()
            from django.core.management import call_command

            from benchmarks import data

            call_command("migrate", interactive=False, verbosity=0)
            call_command("found", verbosity=0)
            if data.official_files_exist():
                print("The whole register is searched, too.")
                data.load_official_register()
            call_command("demo", verbosity=0)
            call_command("rebuild_search")
            call_command("search_quality")
    finally:
        server.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
