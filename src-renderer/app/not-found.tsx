import { Compass } from 'lucide-react'
import { Link } from 'react-router'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { Page } from '#renderer/ui/page.tsx'
import { paths } from './paths.ts'

/** An address that leads nowhere. */
export const NotFound = () => (
  <Page title="Not found">
    <EmptyState
      icon={Compass}
      title="There is no page at this address"
      actions={
        <Button asChild look="primary">
          <Link to={paths.overview}>Go to the overview</Link>
        </Button>
      }
    >
      <p>The link may be old, or a part of it may be missing.</p>
    </EmptyState>
  </Page>
)
