/** A key that expires this soon is told of. */
export const expiringSoonMs = 7 * 24 * 3_600_000
