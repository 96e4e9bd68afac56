# One image, three programs: docker build --target bot (or supervisor, or codegen).
# AgentCore runs arm64 images only, so build those two with --platform linux/arm64.
FROM python:3.11-slim AS base

ENV PYTHONUNBUFFERED=1 PYTHONPATH=/app

COPY requirements/runtime.lock /tmp/runtime.lock
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r /tmp/runtime.lock

# The code belongs to root, and the program's user can write into its working directory alone.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin raygen && install -d -o raygen /data
COPY agents /app/agents
WORKDIR /data
USER 10001


FROM base AS bot
COPY bot /app/bot
EXPOSE 8000
CMD ["python", "-m", "bot"]


FROM base AS runtime
# AgentCore calls the container from outside, on the port that agents/settings.py has by default.
ENV RAYGEN_HOST=0.0.0.0
EXPOSE 8080


FROM runtime AS supervisor
CMD ["python", "-m", "agents.supervisor"]


FROM runtime AS codegen
CMD ["python", "-m", "agents.codegen"]
