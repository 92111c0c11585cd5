/** The secret that an answer shows this once. @throws when it shows none: the webhook signs with ed25519. */
export const shown = ({ secret }: { readonly secret: string | null }): string => {
  if (secret === null) throw new Error('The answer shows no secret')
  return secret
}
