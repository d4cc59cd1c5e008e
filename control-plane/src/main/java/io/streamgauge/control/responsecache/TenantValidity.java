package io.streamgauge.control.responsecache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Whether a tenant's kept responses still say what is so. */
final class TenantValidity {

    private final AtomicLong generation = new AtomicLong();
    private final AtomicInteger writers = new AtomicInteger();

    /** Grows with each change; what was made under another value is void. */
    long generation() {
        return generation.get();
    }

    /** Whether the tenant's data may be changing at this moment. */
    boolean isBeingWritten() {
        return writers.get() > 0;
    }

    void changed() {
        generation.incrementAndGet();
    }

    void beginWrite() {
        writers.incrementAndGet();
    }

    /** In this order: readers see the new generation before they trust the cache again. */
    void endWrite(boolean changed) {
        if (changed) {
            changed();
        }
        writers.decrementAndGet();
    }
}
