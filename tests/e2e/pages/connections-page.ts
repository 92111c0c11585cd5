import type { Locator, Page } from '@playwright/test'

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
    connect: (name: string) => catalogue.getByRole('button', { name: `Connect ${name}`, exact: true }),
    enabled: (name: string) => catalogue.getByRole('switch', { name: `${name} enabled` }),
    connection: (name: string) =>
      catalogue
        .getByRole('list', { name: `Connections of ${name}` })
        .getByRole('link')
        .first(),
    history: page.getByRole('button', { name: 'History' }),
    noneMatch: catalogue.getByText('No integration matches these filters'),
    clearFilters: catalogue.getByRole('search').getByRole('button', { name: 'Clear filters' }),
    tool: (name: string) =>
      tools.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name, exact: true }) }),
  }
}

/** The fields of a connector, where it is connected and where it is configured. */
export const connectionForm = (page: Page, title: string) => {
  const dialog = page.getByRole('dialog', { name: title })
  return {
    dialog,
    field: (label: string): Locator => dialog.getByLabel(label, { exact: true }),
    grant: (description: string) => dialog.getByRole('checkbox', { name: description }),
    connect: dialog.getByRole('button', { name: 'Connect', exact: true }),
    save: dialog.getByRole('button', { name: 'Save', exact: true }),
  }
}

/** One connection in full, beside the catalogue. */
export const connectionDrawer = (page: Page, name: string) => {
  const drawer = page.getByRole('dialog', { name, exact: true })
  return {
    drawer,
    command: (verb: 'Check now' | 'Configure …' | 'Reset …' | 'Disconnect …') =>
      drawer.getByRole('button', { name: verb }),
    settings: drawer.getByRole('definition'),
    history: drawer.getByRole('listitem'),
    close: drawer.getByRole('button', { name: 'Close' }),
  }
}
