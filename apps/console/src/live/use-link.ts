import { useSyncExternalStore } from 'react';
import { currentLink, onLink } from './live-source.js';

/** How the page hears of what happens. */
export const useLink = () => useSyncExternalStore(onLink, currentLink);

const isTold = () => currentLink().state === 'up';

/** Whether changes are told, so that nobody has to ask for them. */
export const useIsTold = () => useSyncExternalStore(onLink, isTold);
