/**
 * Access to PostgreSQL under row-level security. Owns connections, transactions and migrations;
 * knows no table.
 */
@NullMarked
package io.streamgauge.control.database;

import org.jspecify.annotations.NullMarked;
