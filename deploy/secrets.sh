#!/bin/sh
# Prints fresh secrets, one VARIABLE=value a line, for compose.yaml and for Kubernetes:
#   (umask 077 && sh deploy/secrets.sh > .env)
set -eu

# Letters and digits only: they become parts of URLs.
random() { LC_ALL=C tr -dc 'A-Za-z0-9' < /dev/urandom | head -c "$1"; }

echo "EXCHANGE__SECRETS__JWT_KEY=$(random 64)"
for user in ADMINISTRATOR ACCOUNTS STOCK_DATA ORDERING PORTFOLIO MATCHING WEB ADMIN LOADTEST BOTS FEEDS GATEWAY; do
  echo "EXCHANGE__SECRETS__BROKER__$user=$(random 32)"
done
for role in ADMIN ACCOUNTS STOCK_DATA ORDERING PORTFOLIO MATCHING; do
  echo "EXCHANGE__SECRETS__DATABASE__$role=$(random 32)"
done
echo "GRAFANA_PASSWORD=$(random 32)"
