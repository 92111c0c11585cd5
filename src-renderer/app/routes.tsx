import { createBrowserRouter, Navigate, type RouteObject } from 'react-router'
import { NotFound } from './not-found.tsx'
import { paths } from './paths.ts'
import { RouteError } from './route-error.tsx'
import { SessionGate, StartingUp } from './session-gate.tsx'

/** The pages. Each is loaded when it is first visited. */
const pages: RouteObject[] = [
  {
    path: paths.overview,
    lazy: async () => ({
      Component: (await import('#renderer/features/overview/overview-page.tsx')).OverviewPage,
    }),
  },
  {
    path: paths.events,
    lazy: async () => ({ Component: (await import('#renderer/features/events/events-page.tsx')).EventsPage }),
  },
  {
    path: paths.event(':eventId'),
    lazy: async () => ({ Component: (await import('#renderer/features/events/event-page.tsx')).EventPage }),
  },
  {
    path: paths.deliveries,
    lazy: async () => ({
      Component: (await import('#renderer/features/deliveries/deliveries-page.tsx')).DeliveriesPage,
    }),
  },
  {
    path: paths.delivery(':deliveryId'),
    lazy: async () => ({
      Component: (await import('#renderer/features/deliveries/delivery-page.tsx')).DeliveryPage,
    }),
  },
  {
    path: paths.held,
    lazy: async () => ({ Component: (await import('#renderer/features/held/held-page.tsx')).HeldPage }),
  },
  {
    path: paths.recover,
    lazy: async () => ({
      Component: (await import('#renderer/features/recoveries/recover-page.tsx')).RecoverPage,
    }),
  },
  {
    path: paths.recovery(':recoveryId'),
    lazy: async () => ({
      Component: (await import('#renderer/features/recoveries/recovery-page.tsx')).RecoveryPage,
    }),
  },
  {
    path: paths.apiKeys,
    lazy: async () => ({
      Component: (await import('#renderer/features/api-keys/api-keys-page.tsx')).ApiKeysPage,
    }),
  },
  {
    path: paths.apiKey(':keyId'),
    lazy: async () => ({
      Component: (await import('#renderer/features/api-keys/api-key-page.tsx')).ApiKeyPage,
    }),
  },
  {
    path: paths.webhooks,
    lazy: async () => ({
      Component: (await import('#renderer/features/webhooks/webhooks-page.tsx')).WebhooksPage,
    }),
  },
  {
    path: paths.webhook(':webhookId'),
    lazy: async () => ({
      Component: (await import('#renderer/features/webhooks/webhook-page.tsx')).WebhookPage,
    }),
  },
  {
    path: paths.connections,
    lazy: async () => ({
      Component: (await import('#renderer/features/connections/connections-page.tsx')).ConnectionsPage,
    }),
  },
  {
    path: paths.users,
    lazy: async () => ({ Component: (await import('#renderer/features/users/users-page.tsx')).UsersPage }),
  },
  {
    path: paths.subscription,
    lazy: async () => ({
      Component: (await import('#renderer/features/subscription/subscription-page.tsx')).SubscriptionPage,
    }),
  },
  {
    path: paths.general,
    lazy: async () => ({
      Component: (await import('#renderer/features/settings/general-page.tsx')).GeneralPage,
    }),
  },
  {
    path: paths.data,
    lazy: async () => ({ Component: (await import('#renderer/features/data/data-page.tsx')).DataPage }),
  },
  {
    path: paths.audit,
    lazy: async () => ({ Component: (await import('#renderer/features/audit/audit-page.tsx')).AuditPage }),
  },
  {
    path: paths.occasions,
    lazy: async () => ({
      Component: (await import('#renderer/features/occasions/occasions-page.tsx')).OccasionsPage,
    }),
  },
  {
    path: paths.accessExplorer,
    lazy: async () => ({
      Component: (await import('#renderer/features/access/access-explorer-page.tsx')).AccessExplorerPage,
    }),
  },
  {
    path: paths.platformCapabilities,
    lazy: async () => ({
      Component: (await import('#renderer/features/platform/capabilities-page.tsx')).PlatformCapabilitiesPage,
    }),
  },
  {
    path: paths.platformSwitches,
    lazy: async () => ({
      Component: (await import('#renderer/features/platform/switches-page.tsx')).PlatformSwitchesPage,
    }),
  },
  {
    path: paths.platformIntegrations,
    lazy: async () => ({
      Component: (await import('#renderer/features/platform/integrations-page.tsx')).PlatformIntegrationsPage,
    }),
  },
  {
    path: paths.platformWebhooks,
    lazy: async () => ({
      Component: (await import('#renderer/features/platform/platform-webhooks-page.tsx'))
        .PlatformWebhooksPage,
    }),
  },
  {
    path: paths.platformOperational,
    lazy: async () => ({
      Component: (await import('#renderer/features/operational-webhooks/operational-webhooks-page.tsx'))
        .OperationalWebhooksPage,
    }),
  },
  {
    path: paths.operationalDelivery(':deliveryId'),
    lazy: async () => ({
      Component: (await import('#renderer/features/operational-webhooks/operational-delivery-page.tsx'))
        .OperationalDeliveryPage,
    }),
  },
  {
    path: paths.sessions,
    lazy: async () => ({
      Component: (await import('#renderer/features/session/sessions-page.tsx')).SessionsPage,
    }),
  },
  {
    path: paths.documentation,
    lazy: async () => ({
      Component: (await import('#renderer/features/documentation/documentation-page.tsx')).DocumentationPage,
    }),
  },
  {
    path: paths.access,
    lazy: async () => ({
      Component: (await import('#renderer/features/documentation/access-page.tsx')).AccessPage,
    }),
  },
  {
    path: `${paths.documentation}/:page`,
    lazy: async () => ({
      Component: (await import('#renderer/features/documentation/guide-page.tsx')).GuidePage,
    }),
  },
]

/** Addresses that stand for another one. */
const redirects: RouteObject[] = [
  { path: '/settings/integrations/integrations', element: <Navigate to={paths.connections} replace /> },
  { path: '/settings/integrations', element: <Navigate to={paths.connections} replace /> },
  { path: '/platform', element: <Navigate to={paths.platformIntegrations} replace /> },
  { path: '/settings', element: <Navigate to={paths.general} replace /> },
  { path: paths.signIn, element: <Navigate to={paths.overview} replace /> },
]

/** Every address of the console. */
export const router = createBrowserRouter([
  {
    Component: SessionGate,
    HydrateFallback: StartingUp,
    ErrorBoundary: RouteError,
    // A page that breaks is replaced; the frame around it stays.
    children: [
      { ErrorBoundary: RouteError, children: [...pages, ...redirects, { path: '*', Component: NotFound }] },
    ],
  },
])
