import { createBrowserRouter, Navigate } from 'react-router'
import { NotFound } from './not-found.tsx'
import { paths } from './paths.ts'
import { RouteError } from './route-error.tsx'
import { SessionGate, StartingUp } from './session-gate.tsx'

/** Every address of the console. A page is loaded when it is first visited. */
export const router = createBrowserRouter([
  {
    Component: SessionGate,
    HydrateFallback: StartingUp,
    ErrorBoundary: RouteError,
    children: [
      {
        // A page that breaks is replaced; the frame of the parent stays.
        ErrorBoundary: RouteError,
        children: [
          {
            path: paths.overview,
            lazy: async () => ({
              Component: (await import('#renderer/features/overview/overview-page.tsx')).OverviewPage,
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
              Component: (await import('#renderer/features/documentation/access-page.tsx')).AccessPage,
            }),
          },
          {
            path: '/settings/integrations/integrations',
            element: <Navigate to={paths.connections} replace />,
          },
          { path: '/settings/integrations', element: <Navigate to={paths.connections} replace /> },
          { path: '/settings', element: <Navigate to={paths.general} replace /> },
          { path: paths.signIn, element: <Navigate to={paths.overview} replace /> },
          { path: '*', Component: NotFound },
        ],
      },
    ],
  },
])
