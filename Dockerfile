# Small, without root, the company's knowledge as a volume. Build: docker build -t bonvent .
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /opt/bonvent && /opt/bonvent/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY bot ./bot
COPY knowledge ./knowledge
COPY prompts ./prompts
RUN /opt/bonvent/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 bonvent && mkdir -p /data /knowledge && chown bonvent /data /knowledge
COPY --from=build /opt/bonvent /opt/bonvent
ENV PATH=/opt/bonvent/bin:$PATH BONVENT_DATA=/data PYTHONUNBUFFERED=1
USER bonvent
# Mount your own folder (bonvent init) on /knowledge and set BONVENT_KNOWLEDGE=/knowledge; without it, the one that ships.
VOLUME ["/data", "/knowledge"]
HEALTHCHECK --interval=5m --timeout=20s --start-period=30s CMD ["bonvent", "doctor", "--offline"]
ENTRYPOINT ["bonvent"]
CMD ["chat"]
