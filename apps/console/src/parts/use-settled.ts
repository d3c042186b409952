import { useEffect, useState } from 'react';

const SETTLE_MS = 350;

/** A value that has not changed for a moment: what is typed is not asked about letter by letter. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as Value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
