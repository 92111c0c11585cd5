/** How a webhook can sign, in words. */
export const algorithmOptions = [
  { value: 'hmac', label: 'Shared secret (HMAC)' },
  { value: 'ed25519', label: 'Key pair (ed25519)' },
]
