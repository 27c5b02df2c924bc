# Installs packages without starting the servers that they bring.
#
#   install.sh POLICY_FILE PACKAGES...
#
# Debian starts a server as soon as its package is unpacked, on the standard port, unless
# the policy file says no. One that is there already is left as it is.
policy=$1
shift
export DEBIAN_FRONTEND=noninteractive

if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy" || exit 1
fi

# A stale package list may still do, so its failure alone decides nothing.
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" || exit 1

# Nor do they start with the system's next start.
if [ -d /run/systemd/system ]; then
    for package in "$@"; do
        systemctl disable "$package" || true
    done
fi
