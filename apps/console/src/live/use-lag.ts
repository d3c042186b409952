import { useSyncExternalStore } from 'react';
import { currentLag, onLag } from './live-source.js';

/** How far behind the log the page is, in milliseconds; undefined while nobody answers. */
export const useLag = () => useSyncExternalStore(onLag, currentLag);
