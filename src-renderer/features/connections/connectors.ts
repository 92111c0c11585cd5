import type { InferContractRouterOutputs } from '@orpc/contract'
import type { Connector, connectionsContract, connectorCategories } from '#contract/connections.ts'

/** What the procedure `connections.list` answers. */
export type Catalogue = InferContractRouterOutputs<typeof connectionsContract>['list']
type Category = (typeof connectorCategories)[number]

export const categoryLabels: Record<Category, string> = {
  accounting: 'Accounting',
  crm: 'CRM',
  automation: 'Automation',
  messaging: 'Messaging',
  ticketing: 'Ticketing',
  erp: 'ERP',
}

export const authenticationLabels: Record<Connector['authentication'], string> = {
  oauth2: 'OAuth 2.0',
  api_key: 'API key',
  basic: 'User name and password',
  webhook: 'Webhook address',
  none: 'No sign-in',
}

/** The connectors that a search and a category leave. */
export const matchingConnectors = (
  connectors: readonly Connector[],
  { search, category }: { search: string; category: Category | '' },
): readonly Connector[] => {
  const wanted = search.trim().toLowerCase()
  return connectors.filter(
    (connector) =>
      (category === '' || connector.category === category) &&
      (connector.name.toLowerCase().includes(wanted) || connector.description.toLowerCase().includes(wanted)),
  )
}
