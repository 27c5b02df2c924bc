# syntax=docker/dockerfile:1
# One image for everything that `exchange` can be: `docker run IMAGE service ordering`.

FROM node:22-trixie-slim AS ui
WORKDIR /ui
COPY web/ui/package.json web/ui/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ui ./
RUN npm run build

FROM rust:1.95-slim-trixie AS build
WORKDIR /src
COPY . .
# What is built stays in the cache mounts, so the program is taken out in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked -p exchange && cp target/release/exchange /exchange

FROM debian:trixie-slim
# curl asks for the services' health.
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin exchange
COPY --from=build /exchange /usr/local/bin/exchange
COPY --from=ui /ui/dist /usr/share/exchange/ui
# The only place that is written to: what `provision` makes for itself.
ENV EXCHANGE__DIRECTORY=/tmp/exchange \
    EXCHANGE__WEB__UI=/usr/share/exchange/ui \
    EXCHANGE__WEB__ADDRESS=0.0.0.0 \
    EXCHANGE__HEALTH__ADDRESS=0.0.0.0
WORKDIR /tmp
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["exchange"]
CMD ["--help"]
