import { useEffect, useState } from 'react'

/** The value as it was when it last stood still for `pauseMs`. */
export const useDebounced = <T>(value: T, pauseMs = 200): T => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs)
    return () => clearTimeout(timer)
  }, [value, pauseMs])
  return settled
}
