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
), "everyone" AS (
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
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "i"."d0"
)
SELECT
  *
FROM (
  SELECT
    "g"."d0" AS "country",
    COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
    COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
    COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
    COALESCE("f_listens"."m0", 0) AS "PodcastListens",
    "f_payments"."__unit_0" AS "__unit_0_ArtistPayments",
    "g"."n" AS "__identities",
    TRUE AS "attributed"
  FROM "groups" AS "g"
  LEFT JOIN "f_plays"
    ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
  LEFT JOIN "f_payments"
    ON "f_payments"."d0" IS NOT DISTINCT FROM "g"."d0"
  LEFT JOIN "f_listens"
    ON "f_listens"."d0" IS NOT DISTINCT FROM "g"."d0"
  UNION ALL
  SELECT
    NULL AS "country",
    COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
    COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
    COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
    COALESCE("f_listens"."m0", 0) AS "PodcastListens",
    "f_payments"."__unit_0" AS "__unit_0_ArtistPayments",
    NULL AS "__identities",
    FALSE AS "attributed"
  FROM (
    SELECT
      COUNT(*) AS "m0",
      CAST(SUM("s"."seconds") AS BIGINT) AS "m1"
    FROM (
      SELECT
        "account_uri",
        "played_at",
        "seconds"
      FROM plays
    ) AS "s"
    LEFT JOIN (
      SELECT DISTINCT
        "x"."f" AS "f"
      FROM "x_accounts_account_uri" AS "x"
      JOIN "everyone" AS "e"
        ON "x"."t" = "e"."k"
    ) AS "r"
      ON "s"."account_uri" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_plays"
  JOIN (
    SELECT
      SUM("s"."amount") AS "m0",
      MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
    FROM (
      SELECT
        "amount",
        "currency",
        "play_id"
      FROM payments
    ) AS "s"
    LEFT JOIN (
      SELECT
        "account_uri",
        "play_id",
        "played_at"
      FROM plays
    ) AS "p"
      ON "s"."play_id" = "p"."play_id"
    LEFT JOIN (
      SELECT DISTINCT
        "x"."f" AS "f"
      FROM "x_accounts_account_uri" AS "x"
      JOIN "everyone" AS "e"
        ON "x"."t" = "e"."k"
    ) AS "r"
      ON "p"."account_uri" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_payments"
    ON TRUE
  JOIN (
    SELECT
      COUNT(*) AS "m0"
    FROM (
      SELECT
        "listened_at",
        "listener"
      FROM listens
    ) AS "s"
    LEFT JOIN (
      SELECT
        "e"."j0" AS "f"
      FROM "everyone" AS "e"
    ) AS "r"
      ON "s"."listener" = "r"."f"
    WHERE
      "r"."f" IS NULL
  ) AS "f_listens"
    ON TRUE
) AS "u"
