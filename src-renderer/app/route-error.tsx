import { CircleAlert } from 'lucide-react'
import { useRouteError } from 'react-router'
import { failureOf } from '#renderer/bridge.ts'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { Page } from '#renderer/ui/page.tsx'

/** Stands in for a page that broke; the frame around it goes on working. */
export const RouteError = () => {
  const failure = failureOf(useRouteError())
  return (
    <Page title="This page broke">
      <EmptyState
        alert
        icon={CircleAlert}
        title="This page could not be shown"
        actions={
          <Button look="primary" onClick={() => location.reload()}>
            Load again
          </Button>
        }
      >
        <p className="font-mono text-xs break-words">{failure.title}</p>
      </EmptyState>
    </Page>
  )
}
