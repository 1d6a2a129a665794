#!/usr/bin/env bash
# `make transcript`: an installation with certificates of its own, in a network namespace: an authority made with openssl,
# a server on an address that other machines could reach, callers by the command line and by grpcurl, what the log says.
set -euo pipefail

if [ "${1:-}" != inside ]; then
  for tool in openssl unshare ip grpcurl; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool on the PATH"; exit 0; }
  done
  unshare --map-root-user --net true 2>/dev/null || { echo "skipped: no network namespace can be made here"; exit 0; }
  exec unshare --map-root-user --net "$0" inside
fi

examples="$PWD/clients/examples"
folder=$(mktemp -d) && cd "$folder"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
ip link set lo up
ip address add 192.0.2.10/32 dev lo  # no loopback address: the server serves it with TLS only

shown() { printf '\n$ %s\n' "$1"; eval "$1"; }
issued() { # NAME SUBJECT_ALTERNATIVE_NAME
  openssl req -newkey rsa:3072 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out "$1.pem" \
    -extfile <(echo "subjectAltName=$2") 2>/dev/null
}

shown 'seawall keygen log.key --name example.com/stress'
shown 'openssl req -x509 -newkey rsa:3072 -nodes -keyout ca.key -out ca.pem -subj "/CN=Example" -days 365 2>/dev/null'
shown 'issued server IP:192.0.2.10; issued loader URI:spiffe://example.com/loader; ls *.pem'
cat >identities.toml <<'TOML'
[[identities]]
spiffe = "spiffe://example.com/loader"
tenant = "local"
actor = "loader"
roles = ["analyst"]
TOML
shown 'cat identities.toml'
printf '\n$ %s\n' 'seawall serve --key log.key --address 192.0.2.10:50551 --mtls --certificate server.pem …'
seawall serve --database stress.db --key log.key --address 192.0.2.10:50551 --mtls --certificate server.pem \
  --certificate-key server.key --client-ca ca.pem --identities identities.toml --drain-seconds 0 \
  --ready-file ready >served.log 2>&1 &
until [ -e ready ]; do sleep 0.2; kill -0 $! || { cat served.log; exit 1; }; done

export SEAWALL_SERVER=192.0.2.10:50551 SEAWALL_CA=ca.pem SEAWALL_CERT=loader.pem SEAWALL_CERT_KEY=loader.key
shown 'seawall serve --database other.db --address 192.0.2.10:50552 || echo "exit code $?"'
shown 'env | grep ^SEAWALL_ | sort'
shown "dataset=\$(seawall register $examples/carbo_ceramics_2017.yaml)"
shown "scenario=\$(seawall scenario $examples/scenario_severe.yaml --dataset \$dataset)"
shown 'seawall execute $scenario --dataset $dataset | tail -n 6'
shown 'grpcurl -cacert ca.pem -cert loader.pem -key loader.key 192.0.2.10:50551 seawall.v1.StressService/ListExecutions'
shown 'seawall verify || echo "exit code $?"'
shown 'SEAWALL_CERT= SEAWALL_CERT_KEY= seawall list || echo "exit code $?"'
shown 'SEAWALL_CA= SEAWALL_CERT= SEAWALL_CERT_KEY= seawall list || echo "exit code $?"'
shown 'kill %1; wait %1; echo "exit code $?"'
shown 'cat served.log'
