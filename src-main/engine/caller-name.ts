import type { Caller } from './operation.ts'

/** Who did it, as lists show it. */
export const callerName = ({ principal }: Caller): string => {
  switch (principal.kind) {
    case 'user':
    case 'operator':
      return principal.name
    case 'api_key':
      return `API key ${principal.name}`
    case 'anonymous':
    case 'unknown_key':
      return 'nobody'
  }
}
