import { useEffect, useState } from 'react'

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)

/** The value, which JSON can say, as it was when it last stood still for `pauseMs`. */
export const useDebounced = <T>(value: T, pauseMs = 200): T => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled((known) => (same(known, value) ? known : value)), pauseMs)
    return () => clearTimeout(timer)
  }, [value, pauseMs])
  return settled
}
