import type { ApiKey } from '#contract/api-keys.ts'

/** A key that can be replaced: neither over nor replaced already. */
export const isRotatable = ({ status, replacedBy }: ApiKey) =>
  status !== 'revoked' && status !== 'expired' && replacedBy === null
