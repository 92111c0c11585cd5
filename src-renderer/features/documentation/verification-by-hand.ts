/** Verifying with nothing but the standard library of a language. */
export interface ByHand {
  id: string
  label: string
  code: string
}

const node: ByHand = {
  id: 'node',
  label: 'Node.js',
  code: `import { createHmac, timingSafeEqual } from 'node:crypto'

const toleranceSeconds = 300

/** @param body the raw bytes @param headers as node:http gives them, in lower case */
export const isGenuine = (secret, body, headers) => {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers
  if (!id || !signatures || !/^\\d+$/.test(timestamp ?? '')) return false
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(body).digest()
  return signatures.split(' ').some((one) => {
    const given = Buffer.from(one.startsWith('v1,') ? one.slice(3) : '', 'base64')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}`,
}

const python: ByHand = {
  id: 'python',
  label: 'Python',
  code: `import base64
import hashlib
import hmac
import time

TOLERANCE_SECONDS = 300


def is_genuine(secret: str, body: bytes, headers) -> bool:
    """headers: any mapping that finds names whatever their case, as those of Flask and Django do."""
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isdigit():
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(one.encode(), f"v1,{digest}".encode())
        for one in headers.get("webhook-signature", "").split(" ")
    )`,
}

const go: ByHand = {
  id: 'go',
  label: 'Go',
  code: `package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

// IsGenuine reports whether a request with these headers and raw body comes from Patchbay.
func IsGenuine(secret string, body []byte, headers http.Header) bool {
	id, timestamp := headers.Get("webhook-id"), headers.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if id == "" || err != nil || time.Since(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	for _, one := range strings.Split(headers.Get("webhook-signature"), " ") {
		if hmac.Equal([]byte(one), []byte(expected)) {
			return true
		}
	}
	return false
}`,
}

const php: ByHand = {
  id: 'php',
  label: 'PHP',
  code: `<?php

const TOLERANCE_SECONDS = 300;

/** Headers with their names in lower case, and the body as it came. */
function isGenuine(string $secret, string $body, array $headers): bool
{
    $id = $headers['webhook-id'] ?? '';
    $timestamp = $headers['webhook-timestamp'] ?? '';
    if ($id === '' || preg_match('/^\\d+$/D', $timestamp) !== 1) {
        return false;
    }
    if (abs(time() - (int) $timestamp) > TOLERANCE_SECONDS) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', $secret));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $one) {
        if (hash_equals($expected, $one)) {
            return true;
        }
    }
    return false;
}

$body = file_get_contents('php://input');
$headers = array_change_key_case(getallheaders());
if (!isGenuine(getenv('WEBHOOK_SECRET'), $body, $headers)) {
    http_response_code(400);
    exit;
}
enqueue(json_decode($body, true)); // do the work later: the answer must come within the timeout
http_response_code(204);`,
}

const ruby: ByHand = {
  id: 'ruby',
  label: 'Ruby',
  code: `require "openssl"

TOLERANCE_SECONDS = 300

# headers: a hash with the names in lower case; body: the raw string
def genuine?(secret, body, headers)
  id, timestamp = headers.values_at("webhook-id", "webhook-timestamp")
  return false unless id && timestamp&.match?(/\\A\\d+\\z/)
  return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE_SECONDS

  key = secret.delete_prefix("whsec_").unpack1("m")
  digest = OpenSSL::HMAC.digest("SHA256", key, "#{id}.#{timestamp}.#{body}")
  expected = "v1,#{[digest].pack('m0')}"
  headers.fetch("webhook-signature", "").split(" ").any? do |one|
    OpenSSL.secure_compare(one, expected)
  end
end`,
}

const java: ByHand = {
  id: 'java',
  label: 'Java',
  code: `import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpHeaders;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

final class Signature {
    private static final long TOLERANCE_SECONDS = 300;

    /** Whether a request with these headers and this raw body comes from Patchbay. */
    static boolean isGenuine(String secret, byte[] body, HttpHeaders headers)
            throws GeneralSecurityException {
        String id = headers.firstValue("webhook-id").orElse("");
        String timestamp = headers.firstValue("webhook-timestamp").orElse("");
        if (id.isEmpty() || !timestamp.matches("\\\\d{1,18}")) return false;
        long age = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
        if (Math.abs(age) > TOLERANCE_SECONDS) return false;

        byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
        String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        for (String one : headers.firstValue("webhook-signature").orElse("").split(" ")) {
            if (MessageDigest.isEqual(one.getBytes(UTF_8), expected.getBytes(UTF_8))) return true;
        }
        return false;
    }
}`,
}

const csharp: ByHand = {
  id: 'csharp',
  label: 'C#',
  code: `using System.Security.Cryptography;
using System.Text;

var secret = Environment.GetEnvironmentVariable("WEBHOOK_SECRET") ?? "";
var app = WebApplication.Create(args);

app.MapPost("/hooks", async (HttpRequest request) =>
{
    using var buffer = new MemoryStream();
    await request.Body.CopyToAsync(buffer);
    var body = buffer.ToArray();
    if (!IsGenuine(secret, body, request.Headers)) return Results.BadRequest();
    Enqueue(body); // do the work later: the answer must come within the timeout
    return Results.NoContent();
});
app.Run();

static bool IsGenuine(string secret, byte[] body, IHeaderDictionary headers)
{
    const long toleranceSeconds = 300;
    var id = headers["webhook-id"].ToString();
    var timestamp = headers["webhook-timestamp"].ToString();
    if (id == "" || !long.TryParse(timestamp, out var seconds)) return false;
    var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - seconds;
    if (age is < -toleranceSeconds or > toleranceSeconds) return false;

    var key = Convert.FromBase64String(secret.Replace("whsec_", ""));
    byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
    var expected = $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
    return headers["webhook-signature"].ToString().Split(' ').Any(one =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(expected)));
}`,
}

/** In the order in which the languages are listed. */
export const byHand: readonly ByHand[] = [node, python, go, php, ruby, java, csharp]
