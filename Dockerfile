# Small, without root, the company's knowledge as a volume. Build: docker build -t bonvent .
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md manifest.json ./
RUN python -m venv /opt/bonvent && /opt/bonvent/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot ./bot
COPY knowledge ./knowledge
COPY prompts ./prompts
RUN /opt/bonvent/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 bonvent && mkdir -p /data /knowledge && chown bonvent /data /knowledge
COPY --from=build /opt/bonvent /opt/bonvent
ENV PATH=/opt/bonvent/bin:$PATH BONVENT_DATA=/data BONVENT_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER bonvent
# Mount your own folder (bonvent init) on /knowledge and set BONVENT_KNOWLEDGE=/knowledge; without it, the one that ships.
VOLUME ["/data", "/knowledge"]
# 3000: Slack's requests, over HTTP only. 3001: /healthz, /readyz, /metrics; keep it inside.
EXPOSE 3000 3001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ.get('BONVENT_OPS_PORT', '3001') + '/healthz', timeout=4)"]
ENTRYPOINT ["bonvent"]
CMD ["serve"]
