import type { Page } from '@playwright/test'

export const connectionsPath = '/settings/integrations/connections'

/** The hub: the catalogue of integrations and the tools for developers. */
export const connectionsPage = (page: Page) => {
  const catalogue = page.getByRole('region', { name: 'Native integrations' })
  const tools = page.getByRole('region', { name: 'Developer tools' })
  return {
    capability: (state: 'Granted' | 'Not granted') =>
      page.getByRole('main').getByText(state, { exact: true }),
    search: page.getByRole('searchbox', { name: 'Search integrations' }),
    category: page.getByRole('combobox', { name: 'Category' }),
    integrations: catalogue.getByRole('heading', { level: 3 }),
    integration: (name: string) => catalogue.getByRole('heading', { level: 3, name, exact: true }),
    noneMatch: catalogue.getByText('No integration matches these filters'),
    clearFilters: catalogue.getByRole('search').getByRole('button', { name: 'Clear filters' }),
    tool: (name: string) =>
      tools.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name, exact: true }) }),
  }
}
