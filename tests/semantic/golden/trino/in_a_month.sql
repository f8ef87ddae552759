WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0",
    LOWER(
      TO_HEX(
        SHA256(
          TO_UTF8(TRANSLATE("email", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
        )
      )
    ) AS "j0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "groups" AS (
  SELECT
    "d0",
    COUNT(*) AS "n"
  FROM "identity"
  GROUP BY
    "d0"
), "f_plays" AS (
  SELECT
    "i"."d0" AS "d0",
    COUNT(*) AS "m0",
    CAST(SUM("s"."seconds") AS BIGINT) AS "m1"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds"
    FROM plays
    WHERE
      "played_at" >= CAST('2026-02-01 00:00:00.000000' AS TIMESTAMP)
      AND "played_at" < CAST('2026-03-01 00:00:00.000000' AS TIMESTAMP)
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0"
), "f_payments" AS (
  SELECT
    "i"."d0" AS "d0",
    SUM("s"."amount") AS "m0",
    MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
  FROM (
    SELECT
      "amount",
      "currency",
      "play_id"
    FROM payments
  ) AS "s"
  JOIN (
    SELECT
      "account_uri",
      "play_id",
      "played_at"
    FROM plays
    WHERE
      "played_at" >= CAST('2026-02-01 00:00:00.000000' AS TIMESTAMP)
      AND "played_at" < CAST('2026-03-01 00:00:00.000000' AS TIMESTAMP)
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0"
), "f_listens" AS (
  SELECT
    "i"."d0" AS "d0",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "listened_at",
      "listener"
    FROM listens
    WHERE
      "listened_at" >= CAST('2026-02-01 00:00:00.000000' AS TIMESTAMP)
      AND "listened_at" < CAST('2026-03-01 00:00:00.000000' AS TIMESTAMP)
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "i"."d0"
), "f_payments_2" AS (
  SELECT
    "i"."d0" AS "d0",
    SUM("s"."amount") AS "m0"
  FROM (
    SELECT
      "amount",
      "booked_on",
      "play_id"
    FROM payments
    WHERE
      "booked_on" >= CAST('2026-02-01' AS DATE)
      AND "booked_on" < CAST('2026-03-01' AS DATE)
  ) AS "s"
  JOIN (
    SELECT
      "account_uri",
      "play_id"
    FROM plays
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0"
)
SELECT
  "g"."d0" AS "country",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
  COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
  COALESCE("f_listens"."m0", 0) AS "PodcastListens",
  COALESCE("f_payments_2"."m0", 0) AS "PaymentsBooked",
  "f_payments"."__unit_0" AS "__unit_0_ArtistPayments",
  "g"."n" AS "__identities"
FROM "groups" AS "g"
LEFT JOIN "f_plays"
  ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
LEFT JOIN "f_payments"
  ON "f_payments"."d0" IS NOT DISTINCT FROM "g"."d0"
LEFT JOIN "f_listens"
  ON "f_listens"."d0" IS NOT DISTINCT FROM "g"."d0"
LEFT JOIN "f_payments_2"
  ON "f_payments_2"."d0" IS NOT DISTINCT FROM "g"."d0"
ORDER BY
  "g"."d0"
