import { Link } from 'react-router'
import { GatedPage } from '#renderer/app/access.tsx'
import { heldAddress } from '#renderer/app/deliveries-address.ts'
import { RefusalNotice } from '#renderer/app/refusal.tsx'
import { useScope } from '#renderer/app/scope.ts'
import { Page } from '#renderer/ui/page.tsx'
import { HeldGroups } from './held-groups.tsx'

const Held = () => {
  const { occasion } = useScope()
  return (
    <Page
      fill
      title="Held"
      description={`What waits for a person or a condition${occasion ? `, for webhooks of ${occasion.name}` : ''}. It is kept, uses up no attempts, and goes out oldest first.`}
    >
      <RefusalNotice action="deliveries.release" />
      {occasion && (
        <p className="text-muted">
          Webhooks of the organization may hold events of this occasion, too: all of them are in{' '}
          <Link to={heldAddress(occasion)} className="text-accent underline">
            the list of deliveries
          </Link>
          .
        </p>
      )}
      <HeldGroups />
    </Page>
  )
}

/** `/held` */
export const HeldPage = () => (
  <GatedPage action="deliveries.view" title="Held">
    <Held />
  </GatedPage>
)
