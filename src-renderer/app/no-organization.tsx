import { Building2 } from 'lucide-react'
import { Button } from '#renderer/ui/button.tsx'
import { EmptyState } from '#renderer/ui/empty-state.tsx'
import { useSignedIn } from './session.tsx'
import { signOut } from './session-actions.ts'

/** For a person who can sign in but belongs to no organization. */
export const NoOrganization = () => {
  const { user } = useSignedIn()
  return (
    <main className="grid h-full place-items-center">
      <title>No organization – Patchbay</title>
      <EmptyState
        icon={Building2}
        title="You belong to no organization"
        actions={<Button onClick={() => void signOut()}>Sign out</Button>}
      >
        <p>
          You are signed in as {user.name} ({user.email}). An owner or admin of an organization can add you
          under Settings → Users.
        </p>
      </EmptyState>
    </main>
  )
}
