import type { AuditEntry } from '#contract/settings.ts'

export const actorKindLabels: Record<AuditEntry['actorKind'], string> = {
  user: 'Person',
  api_key: 'API key',
  operator: 'Operator',
  program: 'Patchbay',
}

/** `api_key` as people say it: "API key". */
export const targetLabel = (kind: string): string => {
  const words = kind.replaceAll('_', ' ').replace(/\bapi\b/, 'API')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** `webhooks` of `webhooks.send_test`. */
export const nounOf = (action: string): string => action.split('.')[0] ?? action

/** `webhooks.send_test` as people say it: "Webhooks: send test". */
export const actionLabel = (action: string): string => {
  const [noun = '', ...verb] = action.split('.')
  return verb.length === 0 ? action : `${targetLabel(noun)}: ${verb.join(' ').replaceAll('_', ' ')}`
}
