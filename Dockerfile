# The portal as one image: web, worker, timetable and migrations start from it with different commands.

# --- front-end files ---
FROM node:22-slim AS frontend
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the development packages: the embedded database is no part of the image.
RUN npm ci --ignore-scripts --omit=dev

# --- Python packages, messages, static files ---
FROM python:3.13-slim AS builder
WORKDIR /app
COPY requirements requirements
# uv in the version, and with the hashes, that the development lock names.
RUN sed -n '/^uv==/,/[^\\]$/p' requirements/development.txt > /tmp/uv.txt \
    && pip install --no-cache-dir --require-hashes -r /tmp/uv.txt \
    && python -m venv --without-pip .venv \
    && uv pip sync --no-cache --require-hashes --compile-bytecode --python .venv/bin/python requirements/production.txt
COPY . .
COPY --from=frontend /app/node_modules node_modules
RUN export SECRET_KEY=only-while-building PATH="/app/.venv/bin:$PATH" \
    && python scripts/assets.py \
    && python manage.py compile_catalogues \
    && python manage.py collectstatic --noinput \
    && rm -rf node_modules

# --- what runs ---
FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin portal
WORKDIR /app
COPY --from=builder /app /app
# The only folders written to: the timetable's memory of when a job last ran, and what editors upload.
RUN install --directory --owner=portal --group=portal var/beat var/media var/private
ENV PATH="/app/.venv/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=5)"]
# gunicorn listens on $PORT of every interface and starts $WEB_CONCURRENCY processes.
CMD ["gunicorn", "competence_centre.wsgi:application", "--worker-class", "gthread", "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--max-requests", "5000", "--max-requests-jitter", "500", "--no-control-socket"]
