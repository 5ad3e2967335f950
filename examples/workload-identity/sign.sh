#!/bin/sh
# Prints a client assertion for Auth0 that is valid for two minutes, signed by a key in AWS KMS that never leaves it.
# AUTH0_DOMAIN and AUTH0_CLIENT_ID name the tenant and the client, KMS_KEY_ID the key (RSA_2048, SIGN_VERIFY).
set -eu

encode() {
  openssl base64 -A | tr '+/' '-_' | tr -d '='
}

case $AUTH0_DOMAIN in
  http://* | https://*) issuer=${AUTH0_DOMAIN%/}/ ;;
  *) issuer=https://$AUTH0_DOMAIN/ ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

header=$(printf '{"alg":"RS256","typ":"JWT"}' | encode)
claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","exp":%d,"jti":"%s"}' \
  "$AUTH0_CLIENT_ID" "$AUTH0_CLIENT_ID" "$issuer" "$(($(date +%s) + 120))" "$(openssl rand -hex 16)" | encode)
printf '%s.%s' "$header" "$claims" >"$folder/message"

signature=$(aws kms sign --key-id "$KMS_KEY_ID" --message-type RAW --message "fileb://$folder/message" \
  --signing-algorithm RSASSA_PKCS1_V1_5_SHA_256 --query Signature --output text | tr '+/' '-_' | tr -d '=\n')
printf '%s.%s.%s\n' "$header" "$claims" "$signature"
